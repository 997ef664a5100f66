import Kernels

extension Tensor {
  /// The same values in the same row-major order; `shape` must have as many.
  public func reshaped(to shape: Shape) -> Tensor {
    shape == self.shape ? self : Reshape(shape: shape)(self)
  }

  /// Axis `i` of the result is axis `permutation[i]` of this tensor.
  public func transposed(_ permutation: [Int]) -> Tensor {
    precondition(
      permutation.sorted() == Array(0..<shape.rank), "\(permutation) is not a permutation of the axes of \(shape)")
    return Permute(permutation: permutation)(self)
  }

  /// Broadcasts to `shape`, along axes of size 1 and axes added in front.
  public func broadcast(to shape: Shape) -> Tensor {
    shape == self.shape ? self : Broadcast(shape: shape)(self)
  }
}

private struct Reshape: TensorOperation {
  let shape: Shape

  func output(of inputs: [NDArray]) -> NDArray { inputs[0].reshaped(to: shape) }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] { [gradient.reshaped(to: call.inputs[0].shape)] }
}

private struct Permute: TensorOperation {
  let permutation: [Int]

  func output(of inputs: [NDArray]) -> NDArray {
    let shape = inputs[0].shape
    return NDArray(
      device.permuted(inputs[0].buffer, dimensions: shape.dimensions, permutation: permutation),
      shape: Shape(permutation.map { shape[$0] }))
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    var inverse = permutation
    for (position, axis) in permutation.enumerated() { inverse[axis] = position }
    return [gradient.transposed(inverse)]
  }
}

private struct Broadcast: TensorOperation {
  let shape: Shape

  func output(of inputs: [NDArray]) -> NDArray {
    precondition(
      inputs[0].shape.broadcast(with: shape) == shape, "the shape \(inputs[0].shape) cannot be broadcast to \(shape)")
    return NDArray(
      device.broadcast(
        inputs[0].buffer, from: inputs[0].shape.padded(to: shape.rank).dimensions, to: shape.dimensions), shape: shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] { [gradient.reduced(to: call.inputs[0].shape)] }
}
