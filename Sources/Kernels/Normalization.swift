import Threads
import VectorKernels

/// Normalisation to mean 0 and variance 1 over the middle axis of `[groups, count, channels]`, then a rectifier of any
/// negative slope (1 for none). Instance norm has a group per image, batch norm one for all. The values themselves are
/// made by whoever reads them, through a `PixelSource`.
package enum Normalization {
  /// Each group's and channel's mean, and 1 / sqrt(variance + epsilon), both `[groups, channels]`.
  package struct Statistics: Sendable {
    private let buffer: Buffer
    let channels: Int, groups: Int
    package var mean: UnsafeMutablePointer<Float> { buffer.pointer }
    package var inverseDeviation: UnsafeMutablePointer<Float> { buffer.pointer + groups * channels }

    package init(
      of input: UnsafePointer<Float>, groups: Int, count: Int, channels: Int, epsilon: Float
    ) {
      self.init(ChannelMoments(of: input, groups: groups, count: count, channels: channels), epsilon: epsilon)
    }

    package init(_ moments: ChannelMoments, epsilon: Float) {
      self.init(groups: moments.groups, channels: moments.channels, epsilon: epsilon, moments.total)
    }

    /// Of one group.
    package init(_ moments: JoinedMoments, epsilon: Float) {
      self.init(groups: 1, channels: moments.channels, epsilon: epsilon) { moments.total(channel: $1) }
    }

    private init(
      groups: Int, channels: Int, epsilon: Float,
      _ total: (_ group: Int, _ channel: Int) -> (mean: Double, variance: Double)
    ) {
      self.channels = channels
      self.groups = groups
      buffer = Buffer(count: 2 * groups * channels)
      for group in 0..<groups {
        for channel in 0..<channels {
          let (mean, variance) = total(group, channel)
          self.mean[group * channels + channel] = Float(mean)
          inverseDeviation[group * channels + channel] = Float(1 / (variance + Double(epsilon)).squareRoot())
        }
      }
    }

    /// Each group's and channel's variance (biased), given the `epsilon` that the statistics were made with.
    package func variance(epsilon: Float) -> [Float] {
      (0..<groups * channels).map { 1 / (inverseDeviation[$0] * inverseDeviation[$0]) - epsilon }
    }
  }

  private static let bandValues = 1 << 16

  /// With x the normalised input and g the output gradient where the rectifier let it through:
  /// (g - mean(g) - x mean(g x)) / deviation.
  package static func inputGradient(
    _ statistics: Statistics, count: Int, negativeSlope: Float, input: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>
  ) {
    let kernels = InstructionSet.kernels
    let (groups, channels) = (statistics.groups, statistics.channels)
    let bands = Bands(count: count, atMost: max(64, bandValues / channels))
    func run(_ group: Int, _ pixels: Range<Int>) -> NormalizationGradient {
      let offset = (group * count + pixels.lowerBound) * channels
      return NormalizationGradient(
        input: input + offset, outputGradient: outputGradient + offset, count: pixels.count, channels: channels,
        mean: statistics.mean + group * channels, inverseDeviation: statistics.inverseDeviation + group * channels,
        negativeSlope: negativeSlope)
    }
    // For each group the means of g, then those of g x.
    let width = 2 * channels
    let partial = Buffer(count: groups * bands.pieces * width)
    partial.pointer.update(repeating: 0, count: partial.count)
    ThreadPool.run(count: groups * bands.pieces) { index in
      let (group, piece) = index.quotientAndRemainder(dividingBy: bands.pieces)
      kernels.accumulateGradientMoments(run(group, bands[piece]), sums: partial.pointer + index * width)
    }
    let means = Buffer(count: groups * width)
    for group in 0..<groups {
      for column in 0..<width {
        var total = 0.0
        for piece in 0..<bands.pieces {
          total += Double(partial.pointer[(group * bands.pieces + piece) * width + column])
        }
        means.pointer[group * width + column] = Float(total / Double(count))
      }
    }
    ThreadPool.run(count: groups * bands.pieces) { index in
      let (group, piece) = index.quotientAndRemainder(dividingBy: bands.pieces)
      let pixels = bands[piece]
      kernels.finish(
        run(group, pixels), means: means.pointer + group * width,
        into: inputGradient + (group * count + pixels.lowerBound) * channels)
    }
    withExtendedLifetime((statistics, partial, means)) {}
  }
}
