import Kernels

extension Tensor {
  /// The sum of all values, of shape `[]`.
  public func sum() -> Tensor { sum(axes: Array(0..<shape.rank)) }

  /// The mean of all values, of shape `[]`.
  public func mean() -> Tensor { mean(axes: Array(0..<shape.rank)) }

  /// The sum over `axes`; negative ones count from the last, which is -1. `keepingDimensions` keeps them with size 1.
  public func sum(axes: [Int], keepingDimensions: Bool = false) -> Tensor {
    let axes = Set(axes.map { $0 < 0 ? $0 + shape.rank : $0 })
    precondition(axes.allSatisfy { (0..<shape.rank).contains($0) }, "the shape \(shape) lacks some of the axes \(axes)")
    let kept = Sum(axes: axes)(self)
    if keepingDimensions { return kept }
    return kept.reshaped(to: Shape(shape.dimensions.indices.filter { !axes.contains($0) }.map { shape[$0] }))
  }

  /// The mean over `axes`; as in `sum`, negative ones count from the last, and `keepingDimensions` keeps them with size
  /// 1.
  public func mean(axes: [Int], keepingDimensions: Bool = false) -> Tensor {
    let count = axes.reduce(1) { $0 * shape[$1] }
    return sum(axes: axes, keepingDimensions: keepingDimensions) * (1 / Float(count))
  }

  /// The sum of all values' squares, of shape `[]`: the square of the L2 norm, in one pass over the values.
  public func sumOfSquares() -> Tensor { SumOfSquares()(self) }

  /// The maximum along one axis; its gradient goes to the maximum's first occurrence.
  public func maximum(axis: Int, keepingDimension: Bool = false) -> Tensor {
    let axis = axis < 0 ? axis + shape.rank : axis
    let largest = Maximum(axis: axis)(self)
    if keepingDimension { return largest }
    return largest.reshaped(to: Shape(shape.dimensions.enumerated().filter { $0.offset != axis }.map(\.element)))
  }
}

/// Sums over axes, which are kept with size 1.
private struct Sum: TensorOperation {
  let axes: Set<Int>

  func output(of inputs: [NDArray]) -> NDArray {
    var array = inputs[0]
    // Adjacent axes are summed as one; starting at the last, so that the first sum shrinks the memory most.
    var axis = array.shape.rank - 1
    while axis >= 0 {
      guard axes.contains(axis) else {
        axis -= 1
        continue
      }
      var first = axis
      while first > 0, axes.contains(first - 1) { first -= 1 }
      array = summed(array, axes: first...axis)
      axis = first - 1
    }
    return array
  }

  private func summed(_ array: NDArray, axes: ClosedRange<Int>) -> NDArray {
    var dimensions = array.shape.dimensions
    let outer = dimensions[..<axes.lowerBound].reduce(1, *)
    let count = dimensions[axes].reduce(1, *)
    let inner = dimensions[(axes.upperBound + 1)...].reduce(1, *)
    for axis in axes { dimensions[axis] = 1 }
    return NDArray(
      device.sum(array.buffer, outer: outer, count: count, inner: inner), shape: Shape(dimensions))
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [gradient.broadcast(to: call.inputs[0].shape)]
  }
}

private struct SumOfSquares: TensorOperation {
  func output(of inputs: [NDArray]) -> NDArray { NDArray(device.sumOfSquares(inputs[0].buffer), shape: []) }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] { [gradient * call.inputs[0] * 2] }
}

/// The maximum along an axis, which is kept with size 1.
private struct Maximum: TensorOperation {
  let axis: Int

  var readsOutput: Bool { true }

  func output(of inputs: [NDArray]) -> NDArray {
    let (outer, count, inner) = extents(of: inputs[0].shape)
    precondition(count > 0, "an empty axis of the shape \(inputs[0].shape) has no maximum")
    var dimensions = inputs[0].shape.dimensions
    dimensions[axis] = 1
    return NDArray(
      device.maximum(inputs[0].buffer, outer: outer, count: count, inner: inner), shape: Shape(dimensions))
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [
      gradient.broadcast(to: call.inputs[0].shape)
        * Tensor(firstPlaces(of: call.output.value, in: call.inputs[0].value))
    ]
  }

  /// 1 at the maximum's first occurrence along the axis, 0 elsewhere.
  private func firstPlaces(of largest: NDArray, in input: NDArray) -> NDArray {
    let (outer, count, inner) = extents(of: input.shape)
    return NDArray(
      device.firstPlaces(of: largest.buffer, in: input.buffer, outer: outer, count: count, inner: inner),
      shape: input.shape)
  }

  /// The shape viewed as `[outer, count, inner]`, where `count` is this operation's axis.
  private func extents(of shape: Shape) -> (outer: Int, count: Int, inner: Int) {
    (
      shape.dimensions[..<axis].reduce(1, *), shape.dimensions[axis], shape.dimensions[(axis + 1)...].reduce(1, *)
    )
  }
}
