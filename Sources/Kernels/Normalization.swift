/// Normalisation to mean 0 and variance 1 over the middle axis of `[groups, count, channels]`, then a rectifier of any
/// negative slope (1 for none). Instance norm has a group per image, batch norm one for all.
package enum Normalization {
  /// Each group's and channel's mean, and 1 / sqrt(variance + epsilon), both `[groups, channels]`.
  package struct Statistics {
    fileprivate let buffer: Buffer
    fileprivate let channels: Int, groups: Int
    package var mean: UnsafeMutablePointer<Float> { buffer.pointer }
    package var inverseDeviation: UnsafeMutablePointer<Float> { buffer.pointer + groups * channels }

    package init(
      of input: UnsafePointer<Float>, groups: Int, count: Int, channels: Int, epsilon: Float
    ) {
      self.channels = channels
      self.groups = groups
      buffer = Buffer(count: 2 * groups * channels)
      Normalization.mean(groups, count, width: channels, into: mean) { group, rows, sums in
        Normalization.addRows(rows, channels, sums) { input[(group * count + $0) * channels + $1] }
      }
      // About the mean, not from the mean of squares: photographs' channels have means far above their deviations.
      let means = mean
      Normalization.mean(groups, count, width: channels, into: inverseDeviation) { group, rows, sums in
        Normalization.addRows(rows, channels, sums) {
          let distance = input[(group * count + $0) * channels + $1] - means[group * channels + $1]
          return distance * distance
        }
      }
      for i in 0..<groups * channels {
        inverseDeviation[i] = 1 / (inverseDeviation[i] + epsilon).squareRoot()
      }
    }

    /// Each group's and channel's variance (biased), given the `epsilon` that the statistics were made with.
    package func variance(epsilon: Float) -> [Float] {
      (0..<groups * channels).map { 1 / (inverseDeviation[$0] * inverseDeviation[$0]) - epsilon }
    }
  }

  package static func forward(
    _ statistics: Statistics, count: Int, negativeSlope: Float, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    let (groups, channels) = (statistics.groups, statistics.channels)
    forEachPixel(groups, count, channels) { group, offset in
      let mean = statistics.mean + group * channels
      let scale = statistics.inverseDeviation + group * channels
      for channel in 0..<channels {
        let value = (input[offset + channel] - mean[channel]) * scale[channel]
        output[offset + channel] = value > 0 ? value : value * negativeSlope
      }
    }
  }

  /// With x the normalised input and g the output gradient where the rectifier let it through:
  /// (g - mean(g) - x mean(g x)) / deviation.
  package static func inputGradient(
    _ statistics: Statistics, count: Int, negativeSlope: Float, input: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>
  ) {
    let (groups, channels) = (statistics.groups, statistics.channels)
    let (means, scales) = (statistics.mean, statistics.inverseDeviation)
    // For each group the means of g, then those of g x.
    let gradientMeans = Buffer(count: 2 * groups * channels)
    Normalization.mean(groups, count, width: 2 * channels, into: gradientMeans.pointer) { group, rows, sums in
      let (mean, scale) = (means + group * channels, scales + group * channels)
      for row in rows {
        let offset = (group * count + row) * channels
        for channel in 0..<channels {
          let value = (input[offset + channel] - mean[channel]) * scale[channel]
          let gradient = outputGradient[offset + channel] * (value > 0 ? 1 : negativeSlope)
          sums[channel] += gradient
          sums[channels + channel] += gradient * value
        }
      }
    }
    let sums = gradientMeans.pointer
    forEachPixel(groups, count, channels) { group, offset in
      let (mean, scale) = (means + group * channels, scales + group * channels)
      let (gradientMean, productMean) = (sums + 2 * group * channels, sums + (2 * group + 1) * channels)
      for channel in 0..<channels {
        let value = (input[offset + channel] - mean[channel]) * scale[channel]
        let gradient = outputGradient[offset + channel] * (value > 0 ? 1 : negativeSlope)
        inputGradient[offset + channel] =
          scale[channel] * (gradient - gradientMean[channel] - value * productMean[channel])
      }
    }
    withExtendedLifetime((statistics, gradientMeans)) {}
  }

  /// The mean over `count` of what `addRows` adds to `[width]` sums for a range of rows: fixed pieces in single
  /// precision, added in double.
  @inline(__always)
  private static func mean(
    _ groups: Int, _ count: Int, width: Int, into target: UnsafeMutablePointer<Float>,
    _ addRows: (Int, Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let bands = Bands(count: count, atMost: max(64, (1 << 14) / width))
    let partial = Buffer(count: groups * bands.pieces * width)
    partial.pointer.update(repeating: 0, count: partial.count)
    ThreadPool.run(count: groups * bands.pieces) { index in
      let (group, piece) = index.quotientAndRemainder(dividingBy: bands.pieces)
      addRows(group, bands[piece], partial.pointer + index * width)
    }
    for group in 0..<groups {
      for column in 0..<width {
        var total = 0.0
        for piece in 0..<bands.pieces {
          total += Double(partial.pointer[(group * bands.pieces + piece) * width + column])
        }
        target[group * width + column] = Float(total / Double(count))
      }
    }
  }

  @inline(__always)
  private static func addRows(
    _ rows: Range<Int>, _ channels: Int, _ sums: UnsafeMutablePointer<Float>, _ value: (Int, Int) -> Float
  ) {
    for row in rows {
      for channel in 0..<channels { sums[channel] += value(row, channel) }
    }
  }

  @inline(__always)
  private static func forEachPixel(
    _ groups: Int, _ count: Int, _ channels: Int, _ body: (_ group: Int, _ offset: Int) -> Void
  ) {
    let bands = Bands(count: groups * count, atMost: max(1, (1 << 14) / channels))
    ThreadPool.run(count: bands.pieces) { piece in
      for pixel in bands[piece] { body(pixel / count, pixel * channels) }
    }
  }
}
