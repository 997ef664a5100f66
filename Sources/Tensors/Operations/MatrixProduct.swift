import Kernels

extension Tensor {
  /// `[…, M, K] x […, K, N] -> […, M, N]`, with either side read as its transpose if asked. Leading axes must agree.
  public func matrixProduct(
    with other: Tensor, transposingLeft: Bool = false, transposingRight: Bool = false
  ) -> Tensor {
    MatrixMultiplication(transposesLeft: transposingLeft, transposesRight: transposingRight)(self, other)
  }
}

private struct MatrixMultiplication: TensorOperation {
  let transposesLeft: Bool, transposesRight: Bool
  /// Which sides are a loss's gradients.
  var isGradient = (left: false, right: false)

  func output(of inputs: [NDArray]) -> NDArray {
    let (left, right) = (inputs[0].shape, inputs[1].shape)
    let batch = Array(left.dimensions.dropLast(2))
    let (rows, inner) = transposesLeft ? (left[-1], left[-2]) : (left[-2], left[-1])
    let (innerRight, columns) = transposesRight ? (right[-1], right[-2]) : (right[-2], right[-1])
    precondition(
      inner == innerRight && batch == Array(right.dimensions.dropLast(2)),
      "matrices of shapes \(left) and \(right) cannot be multiplied")
    var geometry = MatrixProductGeometry(
      batch: batch.reduce(1, *), rows: rows, columns: columns, inner: inner, transposesLeft: transposesLeft,
      transposesRight: transposesRight)
    geometry.precision = GradientMode.operands
    (geometry.leftIsGradient, geometry.rightIsGradient) = isGradient
    return NDArray(
      device.matrixProduct(geometry, left: inputs[0].buffer, right: inputs[1].buffer),
      shape: Shape(batch + [rows, columns]))
  }

  func cost(of inputs: [NDArray], output: NDArray) -> Cost {
    Cost(flops: 2 * output.shape.count * inputs[0].shape[transposesLeft ? -2 : -1], of: inputs, output)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    let (left, right) = (call.inputs[0], call.inputs[1])
    /// The product of one side and the gradient, in either order, each read as its transpose if asked.
    func product(
      _ first: Tensor, _ second: Tensor, transposing: (Bool, Bool), isGradient: (left: Bool, right: Bool)
    ) -> Tensor {
      MatrixMultiplication(
        transposesLeft: transposing.0, transposesRight: transposing.1, isGradient: isGradient)(first, second)
    }
    let toLeft: Tensor? =
      !call.needs[0]
      ? nil
      : transposesLeft
        ? product(right, gradient, transposing: (transposesRight, true), isGradient: (isGradient.right, true))
        : product(gradient, right, transposing: (false, !transposesRight), isGradient: (true, isGradient.right))
    let toRight: Tensor? =
      !call.needs[1]
      ? nil
      : transposesRight
        ? product(gradient, left, transposing: (true, transposesLeft), isGradient: (true, isGradient.left))
        : product(left, gradient, transposing: (!transposesLeft, false), isGradient: (isGradient.left, true))
    return [toLeft, toRight]
  }
}
