extension Tensor {
  /// Parameter-free attention (Wan et al. 2023, SPAN): (x + skip) (sigmoid(x) - 1/2), where values far from 0 count most.
  /// - Parameter skip: of the same shape.
  public func attended(adding skip: Tensor) -> Tensor {
    precondition(shape == skip.shape, "a skip of shape \(skip.shape) cannot be added to the shape \(shape)")
    return ParameterFreeAttention()(self, skip)
  }
}

private struct ParameterFreeAttention: TensorOperation {
  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(device.attended(inputs[0].buffer, adding: inputs[1].buffer), shape: inputs[0].shape)
  }

  /// The derivative of `attention` is 1/4 less its square.
  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    let (x, skip) = (call.inputs[0], call.inputs[1])
    let attention = x.sigmoid() - 0.5
    let toSkip = gradient * attention
    guard call.needs[0] else { return [nil, toSkip] }
    return [toSkip + gradient * (x + skip) * (0.25 - attention.squared()), toSkip]
  }
}
