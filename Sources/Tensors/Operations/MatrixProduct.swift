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

  func output(of inputs: [NDArray]) -> NDArray {
    let (left, right) = (inputs[0].shape, inputs[1].shape)
    let batch = Array(left.dimensions.dropLast(2))
    let (rows, inner) = transposesLeft ? (left[-1], left[-2]) : (left[-2], left[-1])
    let (innerRight, columns) = transposesRight ? (right[-1], right[-2]) : (right[-2], right[-1])
    precondition(
      inner == innerRight && batch == Array(right.dimensions.dropLast(2)),
      "matrices of shapes \(left) and \(right) cannot be multiplied")
    let geometry = MatrixProductGeometry(
      batch: batch.reduce(1, *), rows: rows, columns: columns, inner: inner, transposesLeft: transposesLeft,
      transposesRight: transposesRight)
    return NDArray(
      device.matrixProduct(geometry, left: inputs[0].buffer, right: inputs[1].buffer),
      shape: Shape(batch + [rows, columns]))
  }

  func cost(of inputs: [NDArray], output: NDArray) -> Cost {
    Cost(flops: 2 * output.shape.count * inputs[0].shape[transposesLeft ? -2 : -1], of: inputs, output)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    let (left, right) = (call.inputs[0], call.inputs[1])
    let toLeft: Tensor? =
      !call.needs[0]
      ? nil
      : transposesLeft
        ? right.matrixProduct(with: gradient, transposingLeft: transposesRight, transposingRight: true)
        : gradient.matrixProduct(with: right, transposingRight: !transposesRight)
    let toRight: Tensor? =
      !call.needs[1]
      ? nil
      : transposesRight
        ? gradient.matrixProduct(with: left, transposingLeft: true, transposingRight: transposesLeft)
        : left.matrixProduct(with: gradient, transposingLeft: !transposesLeft)
    return [toLeft, toRight]
  }
}
