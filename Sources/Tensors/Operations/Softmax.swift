import Kernels

extension Tensor {
  /// exp(x) over the sum of these along the last axis: probabilities of logits.
  public func softmax() -> Tensor { Softmax()(self) }

  /// The logarithm of `softmax`, exact where that would round to 0.
  public func logSoftmax() -> Tensor { LogSoftmax()(self) }
}

private struct Softmax: TensorOperation {
  var readsOutput: Bool { true }

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(device.softmax(inputs[0].buffer, channels: inputs[0].shape[-1]), shape: inputs[0].shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    let weighted = gradient * call.output
    return [weighted - call.output * weighted.sum(axes: [-1], keepingDimensions: true)]
  }
}

private struct LogSoftmax: TensorOperation {
  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(device.logSoftmax(inputs[0].buffer, channels: inputs[0].shape[-1]), shape: inputs[0].shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [gradient - call.inputs[0].softmax() * gradient.sum(axes: [-1], keepingDimensions: true)]
  }
}
