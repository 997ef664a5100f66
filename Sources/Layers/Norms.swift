import Tensors

/// The kind of norm after a network's convolutions.
public enum Norm: String, Codable, Sendable, CaseIterable {
  case instance, batch
  /// Instance norm with a factor and an addend for each channel.
  case affineInstance

  /// The norm of `channels` channels, followed by a rectifier (slope 1 for none, 0 for ReLU).
  public func layer(channels: Int, negativeSlope: Float = 1) -> any Layer {
    switch self {
    case .instance: InstanceNorm2D(negativeSlope: negativeSlope)
    case .affineInstance: InstanceNorm2D(channels: channels, negativeSlope: negativeSlope)
    case .batch: BatchNorm2D(channels, negativeSlope: negativeSlope)
    }
  }

  /// For summaries.
  public var title: String {
    switch self {
    case .instance: "instance norm"
    case .batch: "batch norm"
    case .affineInstance: "affine instance norm"
    }
  }

  /// Whether the convolution before the norm has a bias: batch norm's shift makes it redundant.
  public var leavesBiasToConvolution: Bool { self != .batch }
}

/// Instance norm, always with the image's own statistics, with or without parameters; without, fused with the rectifier
/// after it.
public struct InstanceNorm2D: ConvolutionNorm {
  /// Both nil without parameters.
  public let scale: Parameter?
  public let shift: Parameter?
  private let negativeSlope: Float

  public init(negativeSlope: Float = 1) {
    (scale, shift) = (nil, nil)
    self.negativeSlope = negativeSlope
  }

  public init(channels: Int, negativeSlope: Float = 1) {
    scale = Parameter(repeating: 1, shape: [channels], role: .scale)
    shift = Parameter(repeating: 0, shape: [channels], role: .shift)
    self.negativeSlope = negativeSlope
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard let scale, let shift else { return input.instanceNormalized(negativeSlope: negativeSlope) }
    return rectified(input.instanceNormalized() * scale.tensor + shift.tensor)
  }

  private func rectified(_ output: Tensor) -> Tensor {
    negativeSlope == 1 ? output : output.leakyRectified(slope: negativeSlope)
  }

  package func callAsFunction(_ input: Tensor, after convolution: some FoldableConvolution) -> Tensor {
    self(convolution.gatheringMoments(input))
  }

  /// The norm of a part of an image, with the whole image's statistics.
  package func callAsFunction(_ part: Tensor, by moments: ImageMoments) -> Tensor {
    guard let scale, let shift else { return part.instanceNormalized(by: moments, negativeSlope: negativeSlope) }
    return rectified(part.instanceNormalized(by: moments, negativeSlope: 1) * scale.tensor + shift.tensor)
  }
}

/// Batch norm, with the batch's statistics in training and the running statistics otherwise, followed by a rectifier.
///
/// With frozen statistics it uses the running ones in training too, and does not update them; scale and shift still learn.
public struct BatchNorm2D: ConvolutionNorm {
  /// Both nil without parameters.
  public let scale: Parameter?
  public let shift: Parameter?
  public let runningMean: RunningStatistic
  public let runningVariance: RunningStatistic
  private let negativeSlope: Float
  private let epsilon: Float
  private let hasFrozenStatistics: Bool
  /// The weight of the newest batch in the running statistics; PyTorch's default.
  private let momentum: Float = 0.1

  /// - Parameter isAffine: whether there are a factor and an addend for each channel, which learn.
  public init(
    _ channels: Int, negativeSlope: Float = 1, epsilon: Float = 1e-5, hasFrozenStatistics: Bool = false,
    isAffine: Bool = true
  ) {
    scale = isAffine ? Parameter(repeating: 1, shape: [channels], role: .scale) : nil
    shift = isAffine ? Parameter(repeating: 0, shape: [channels], role: .shift) : nil
    runningMean = RunningStatistic(repeating: 0, shape: [channels])
    runningVariance = RunningStatistic(repeating: 1, shape: [channels])
    self.negativeSlope = negativeSlope
    self.epsilon = epsilon
    self.hasFrozenStatistics = hasFrozenStatistics
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard let context = contextOfBatches else {
      let (factor, addend) = affineMap
      return rectified(input * factor + addend)
    }
    let share = context.isRepeating ? nil : context.statisticsShare ?? momentum
    if let ranks = context.normRanks {
      let moments = input.channelMoments(over: ranks)
      if let share { updateRunningStatistics(moments.mean.value, moments.variance.value, moments.count, share) }
      let normalized = (input - moments.mean) / (moments.variance + epsilon).squareRoot()
      return rectified(scaled(normalized))
    }
    if let share {
      let (mean, variance) = input.value.channelMoments()
      updateRunningStatistics(mean, variance, input.shape.count / input.shape[-1], share)
    }
    return rectified(scaled(input.batchNormalized(epsilon: epsilon)))
  }

  /// The training whose batches the norm goes by; nil where it goes by the running statistics.
  private var contextOfBatches: TrainingContext? {
    guard let context = TrainingContext.current, !hasFrozenStatistics || context.measuresFrozenStatistics else {
      return nil
    }
    return context
  }

  /// Where the running statistics are used, the norm is folded into the convolution, unless that has more weights to scale than outputs.
  package func callAsFunction(_ input: Tensor, after convolution: some FoldableConvolution) -> Tensor {
    let outputs = convolution.outputSize(for: Size(height: input.shape[1], width: input.shape[2]))
    guard contextOfBatches == nil,
      convolution.weight.value.shape.count
        <= input.shape[0] * outputs.height * outputs.width * runningMean.shape.count
    else { return self(convolution(input)) }
    let (factor, addend) = affineMap
    return rectified(convolution(input, scaledBy: factor, plus: addend))
  }

  /// The norm with the running statistics, as a factor and an addend for each channel.
  private var affineMap: (factor: Tensor, addend: Tensor) {
    let deviation = withoutGradients { (Tensor(runningVariance.value) + epsilon).squareRoot() }
    let factor = (scale?.tensor ?? Tensor(1)) / deviation
    let mean = Tensor(runningMean.value) * factor
    return (factor, shift.map { $0.tensor - mean } ?? -mean)
  }

  private func scaled(_ normalized: Tensor) -> Tensor {
    guard let scale, let shift else { return normalized }
    return normalized * scale.tensor + shift.tensor
  }

  private func rectified(_ output: Tensor) -> Tensor {
    negativeSlope == 1 ? output : output.leakyRectified(slope: negativeSlope)
  }

  /// - Parameters:
  ///   - count: of the values of each channel.
  ///   - share: the weight of these moments.
  private func updateRunningStatistics(_ mean: NDArray, _ variance: NDArray, _ count: Int, _ share: Float) {
    let count = Float(count)
    withoutGradients {
      func mixed(_ old: NDArray, _ new: Tensor) -> NDArray { (Tensor(old) * (1 - share) + new * share).value }
      runningMean.value = mixed(runningMean.value, Tensor(mean))
      // As in PyTorch, the running variance is the unbiased one.
      runningVariance.value = mixed(runningVariance.value, Tensor(variance) * (count / max(1, count - 1)))
    }
  }
}
