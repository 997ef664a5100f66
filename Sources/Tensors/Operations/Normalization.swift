import Kernels

extension Tensor {
  /// Instance norm (Ulyanov et al. 2016): normalises every channel of every image to mean 0 and variance 1 with its own
  /// statistics. It is followed by a rectifier unless `negativeSlope` is 1 (0 for ReLU, 0.2 for the usual LeakyReLU).
  public func instanceNormalized(epsilon: Float = 1e-5, negativeSlope: Float = 1) -> Tensor {
    normalized(groups: shape[0], epsilon: epsilon, negativeSlope: negativeSlope)
  }

  /// Batch norm (Ioffe and Szegedy 2015): normalises every channel to mean 0 and variance 1 with the batch's
  /// statistics. It is followed by a rectifier unless `negativeSlope` is 1.
  public func batchNormalized(epsilon: Float = 1e-5, negativeSlope: Float = 1) -> Tensor {
    normalized(groups: 1, epsilon: epsilon, negativeSlope: negativeSlope)
  }

  /// Instance norm of a part of an image, with the whole image's statistics.
  package func instanceNormalized(
    by moments: ImageMoments, epsilon: Float = 1e-5, negativeSlope: Float = 1
  ) -> Tensor {
    guard let joined = moments.joined else { preconditionFailure("there are no statistics of an image without parts") }
    return Normalize(
      groups: 1, count: shape.count / shape[-1], epsilon: epsilon, negativeSlope: negativeSlope,
      statistics: device.statistics(of: joined, epsilon: epsilon))(self)
  }

  private func normalized(groups: Int, epsilon: Float, negativeSlope: Float) -> Tensor {
    let count = shape.count / groups / shape[-1]
    let statistics = Profile.measure("Normalization statistics", cost: Cost(values: shape.count)) {
      // A convolution gathers its output's moments image by image.
      let gathered = groups == shape[0] ? value.moments : nil
      let moments =
        gathered ?? device.moments(of: value.buffer, groups: groups, count: count, channels: shape[-1])
      return device.statistics(of: moments, epsilon: epsilon)
    }
    return Normalize(
      groups: groups, count: count, epsilon: epsilon, negativeSlope: negativeSlope, statistics: statistics)(self)
  }
}

extension NDArray {
  /// Each channel's mean and biased variance over all other axes, both `[C]`.
  package func channelMoments() -> (mean: NDArray, variance: NDArray) {
    let channels = shape[-1]
    // Keeps a constant channel's deviation from being 0; subtracted again below.
    let epsilon: Float = 1e-12
    let moments = device.moments(of: buffer, groups: 1, count: shape.count / channels, channels: channels)
    let statistics = device.statistics(of: moments, epsilon: epsilon)
    let inverseDeviation = Tensor(NDArray(statistics.inverseDeviation, shape: [channels]))
    let variance = (1 / inverseDeviation.squared() - epsilon).clamped(to: 0 ... .infinity)
    return (NDArray(statistics.mean, shape: [channels]), variance.value)
  }
}

/// Normalises `[N, …, C]`, read as `[groups, count, C]`, over the `count` pixels of each group, then rectifies.
private struct Normalize: TensorOperation {
  let groups: Int, count: Int
  let epsilon: Float, negativeSlope: Float
  /// The input's statistics, computed before the operation because its gradient needs them too.
  let statistics: NormStatistics

  var name: String { "Normalization" }

  func output(of inputs: [NDArray]) -> NDArray {
    let shape = inputs[0].shape
    let images: Shape = shape.rank == 4 ? shape : [shape[0], 1, shape.count / shape[0] / shape[-1], shape[-1]]
    // Pixels that are only copies of others, as in reflection padding, need not be written to memory first.
    var source =
      shape.rank == 4 && inputs[0].pixelSource.isGathered
      ? inputs[0].pixelSource : inputs[0].reshaped(to: images).pixelSource
    source.parts[0].statistics = statistics
    source.parts[0].slope = negativeSlope
    let result = NDArray(deferred: source)
    return shape.rank == 4 ? result : result.reshaped(to: shape)
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    [
      GradientMode.isRecording
        ? composedGradient(gradient, input: call.inputs[0]) : fusedGradient(gradient, input: call.inputs[0])
    ]
  }

  private func fusedGradient(_ gradient: Tensor, input: Tensor) -> Tensor {
    Tensor(
      NDArray(
        device.normGradient(
          statistics, count: count, negativeSlope: negativeSlope, input: input.value.buffer,
          outputGradient: gradient.value.buffer), shape: input.shape))
  }

  private func composedGradient(_ gradient: Tensor, input: Tensor) -> Tensor {
    let rows: Shape = [groups, count, input.shape[-1]]
    func mean(_ tensor: Tensor) -> Tensor { tensor.mean(axes: [1], keepingDimensions: true) }
    let x = input.reshaped(to: rows)
    let centred = x - mean(x)
    let deviation = (mean(centred.squared()) + epsilon).squareRoot()
    let normalized = centred / deviation
    let passed = gradient.reshaped(to: rows).multiplied(
      bySignOf: normalized, zero: negativeSlope, negative: negativeSlope)
    let result = (passed - mean(passed) - normalized * mean(passed * normalized)) / deviation
    return result.reshaped(to: input.shape)
  }
}
