import Threads
import VectorKernels

/// The gradient of normalisation to mean 0 and variance 1 over the middle axis of `[groups, count, channels]`, followed
/// by a rectifier of any negative slope (1 for none).
enum NormGradient {
  private static let bandValues = 1 << 16

  /// With x the normalised input and g the output gradient times the rectifier's slope at x, the input gradient is
  /// `(g - mean(g) - x mean(g x)) / deviation`.
  static func compute(
    _ statistics: NormStatistics, count: Int, negativeSlope: Float, input: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>
  ) {
    let kernels = InstructionSet.kernels
    let (groups, channels) = (statistics.groups, statistics.channels)
    let (mean, inverseDeviation) = (statistics.mean.pointer, statistics.inverseDeviation.pointer)
    let bands = Bands(count: count, atMost: max(64, bandValues / channels))
    func run(_ group: Int, _ pixels: Range<Int>) -> NormalizationGradient {
      let offset = (group * count + pixels.lowerBound) * channels
      return NormalizationGradient(
        input: input + offset, outputGradient: outputGradient + offset, count: pixels.count, channels: channels,
        mean: mean + group * channels, inverseDeviation: inverseDeviation + group * channels,
        negativeSlope: negativeSlope)
    }
    // `width` values for each group: the means of g, then those of g x.
    let width = 2 * channels
    let partial = HostMemory(count: groups * bands.pieces * width)
    partial.pointer.update(repeating: 0, count: partial.count)
    ThreadPool.run(count: groups * bands.pieces) { index in
      let (group, piece) = index.quotientAndRemainder(dividingBy: bands.pieces)
      kernels.accumulateGradientMoments(run(group, bands[piece]), sums: partial.pointer + index * width)
    }
    let means = HostMemory(count: groups * width)
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
