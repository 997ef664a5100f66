import Kernels

extension Tensor {
  /// ReLU.
  public func rectified() -> Tensor { leakyRectified(slope: 0) }

  /// ReLU whose values stop at `ceiling`: ReLU6 with 6.
  public func rectified(upTo ceiling: Float) -> Tensor {
    precondition(ceiling > 0, "a rectifier's ceiling is more than 0, not \(ceiling)")
    return BoundedRectifier(ceiling: ceiling)(self)
  }

  /// LeakyReLU: x where positive, `slope * x` elsewhere.
  public func leakyRectified(slope: Float) -> Tensor { Rectifier(slope: slope, slopeAtZero: slope)(self) }

  /// PReLU (He et al. 2015): the slope for negative values is learnt, and is `[C]` or `[1]`.
  public func parametricRectified(slope: Tensor) -> Tensor { ParametricRectifier()(self, slope) }

  /// The gradient at 0 is 0.
  public func absoluteValue() -> Tensor { Rectifier(slope: -1, slopeAtZero: 0)(self) }

  /// The values limited to `range`; the gradient is 0 for those outside it.
  public func clamped(to range: ClosedRange<Float>) -> Tensor { Clamp(range: range)(self) }
}

/// x where positive, `slope * x` elsewhere.
private struct Rectifier: TensorOperation {
  let slope: Float
  let slopeAtZero: Float

  func output(of inputs: [NDArray]) -> NDArray {
    if let deferred = inputs[0].deferringRectifier(slope: slope) { return deferred }
    return NDArray(device.rectified(inputs[0].buffer, slope: slope), shape: inputs[0].shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [gradient.multiplied(bySignOf: call.inputs[0], zero: slopeAtZero, negative: slope)]
  }
}

/// x, held to 0...ceiling.
private struct BoundedRectifier: TensorOperation {
  let ceiling: Float

  func output(of inputs: [NDArray]) -> NDArray {
    if let deferred = inputs[0].deferringRectifier(slope: 0, ceiling: ceiling) { return deferred }
    return NDArray(device.clamped(inputs[0].buffer, to: 0...ceiling), shape: inputs[0].shape)
  }

  /// 0 at both ends.
  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [Mask(range: Float.leastNonzeroMagnitude...ceiling.nextDown)(gradient, call.inputs[0].detached)]
  }
}

/// Maps (input x, slope `[C]` or `[1]`) to x where positive, `slope * x` elsewhere.
private struct ParametricRectifier: TensorOperation {
  func output(of inputs: [NDArray]) -> NDArray {
    let (input, slopes) = (inputs[0], inputs[1])
    let channels = input.shape[-1]
    let each =
      slopes.shape.count == channels
      ? slopes.buffer
      : device.assembled(
        count: channels,
        from: [StridedCopy(slopes.buffer, rows: channels, count: 1, sourceStride: 0, targetStride: 1)])
    let images: Shape = input.shape.rank == 4 ? input.shape : [1, 1, input.shape.count / channels, channels]
    var source = input.reshaped(to: images).pixelSource
    source.parts[0].slopes = each
    let result = NDArray(deferred: source)
    return input.shape.rank == 4 ? result : result.reshaped(to: input.shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    let (input, slope) = (call.inputs[0], call.inputs[1])
    // The gradient where the input is negative or 0, 0 elsewhere.
    let negative = gradient.multiplied(bySignOf: -input, zero: 1, negative: 0)
    return [
      call.needs[0] ? gradient - negative + negative * slope : nil,
      call.needs[1] ? (negative * input).reduced(to: slope.shape) : nil,
    ]
  }
}

extension Tensor {
  /// This tensor times 1, `zero` or `negative`, as `selector` is positive, zero or negative.
  func multiplied(bySignOf selector: Tensor, zero: Float, negative: Float) -> Tensor {
    SignProduct(zero: zero, negative: negative)(self, selector.detached)
  }
}

/// The derivative of a rectifier. Its own derivative with respect to the selector is 0.
private struct SignProduct: TensorOperation {
  let zero: Float, negative: Float

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(
      device.multiplied(inputs[0].buffer, bySignOf: inputs[1].buffer, zero: zero, negative: negative),
      shape: inputs[0].shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [gradient.multiplied(bySignOf: call.inputs[1], zero: zero, negative: negative), nil]
  }
}

private struct Clamp: TensorOperation {
  let range: ClosedRange<Float>

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(device.clamped(inputs[0].buffer, to: range), shape: inputs[0].shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [Mask(range: range)(gradient, call.inputs[0].detached)]
  }
}

/// The first input where the second lies in a range, 0 elsewhere.
private struct Mask: TensorOperation {
  let range: ClosedRange<Float>

  func output(of inputs: [NDArray]) -> NDArray {
    NDArray(device.masked(inputs[0].buffer, where: inputs[1].buffer, isIn: range), shape: inputs[0].shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [self(gradient, call.inputs[1]), nil]
  }
}
