import Kernels

extension Tensor {
  /// Group norm (Wu and He 2018): normalises runs of channels of every image to mean 0 and variance 1 with their own
  /// statistics, and multiplies each channel by its scale.
  /// - Parameters:
  ///   - groups: of as many channels each.
  ///   - scale: `[C]`.
  public func groupNormalized(groups: Int, scale: Tensor, epsilon: Float = 1e-5) -> Tensor {
    precondition(
      shape.rank == 4 && shape[3] % groups == 0 && scale.shape == [shape[3]],
      "channels of shape \(shape) with a scale of \(scale.shape) do not fall into \(groups) groups")
    return GroupNormalization(groups: groups, epsilon: epsilon)(self, scale)
  }

  /// Layer norm (Ba et al. 2016) of each pixel: normalises its channels, the last axis, to mean 0 and variance 1, and
  /// multiplies each channel by its scale and adds its shift, both `[C]`.
  public func layerNormalized(scale: Tensor, shift: Tensor, epsilon: Float = 1e-5) -> Tensor {
    precondition(
      scale.shape == [shape[-1]] && shift.shape == scale.shape,
      "a scale of \(scale.shape) and a shift of \(shift.shape) do not fit the shape \(shape)")
    return LayerNormalization(epsilon: epsilon)(self, scale, shift)
  }

  /// Mean 0 and variance 1 over some axes.
  fileprivate func standardized(over axes: [Int], epsilon: Float) -> Tensor {
    let centred = self - mean(axes: axes, keepingDimensions: true)
    return centred / (centred.squared().mean(axes: axes, keepingDimensions: true) + epsilon).squareRoot()
  }
}

/// (input, scale) to the scaled norm.
private struct GroupNormalization: TensorOperation {
  let groups: Int
  let epsilon: Float

  /// The groups' statistics are made of the channels', which the convolution before may have gathered; the norm itself is
  /// deferred to whatever reads it.
  func output(of inputs: [NDArray]) -> NDArray {
    let input = inputs[0]
    let (images, channels) = (input.shape[0], input.shape[3])
    // Keeps a constant channel's deviation from being 0; subtracted again below.
    let least: Float = 1e-12
    let moments =
      input.moments
      ?? device.moments(of: input.buffer, groups: images, count: input.shape[1] * input.shape[2], channels: channels)
    let ofChannels = device.statistics(of: moments, epsilon: least)
    let grouped: Shape = [images, groups, channels / groups]
    let means = Tensor(NDArray(ofChannels.mean, shape: grouped))
    let variances = 1 / Tensor(NDArray(ofChannels.inverseDeviation, shape: grouped)).squared() - least
    let mean = means.mean(axes: [2], keepingDimensions: true)
    let variance = (variances + (means - mean).squared()).mean(axes: [2], keepingDimensions: true)
    let factor = Tensor(inputs[1].reshaped(to: [1, groups, channels / groups])) / (variance + epsilon).squareRoot()
    var source = input.pixelSource.isPlain ? input.pixelSource : NDArray(input.buffer, shape: input.shape).pixelSource
    source.parts[0].statistics = NormStatistics(
      groups: images, channels: channels, mean: mean.broadcast(to: grouped).value.buffer,
      inverseDeviation: factor.value.buffer)
    return NDArray(deferred: source)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    call.gradients(gradient) { inputs in
      let shape = inputs[0].shape
      let standardized = inputs[0].reshaped(to: [shape[0], shape[1] * shape[2], groups, shape[3] / groups])
        .standardized(over: [1, 3], epsilon: epsilon)
      return standardized.reshaped(to: shape) * inputs[1]
    }
  }
}

/// (input, scale, shift) to the scaled and shifted norm.
private struct LayerNormalization: TensorOperation {
  let epsilon: Float

  func output(of inputs: [NDArray]) -> NDArray {
    let channels = inputs[0].shape[-1]
    return NDArray(
      device.layerNorm(
        inputs[0].buffer, channels: channels, scale: inputs[1].buffer, shift: inputs[2].buffer, epsilon: epsilon),
      shape: inputs[0].shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    call.gradients(gradient) { $0[0].standardized(over: [$0[0].shape.rank - 1], epsilon: epsilon) * $0[1] + $0[2] }
  }
}
