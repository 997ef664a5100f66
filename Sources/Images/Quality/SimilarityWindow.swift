import Foundation

/// SSIM's Gaussian window, applied in two passes along the axes.
enum SimilarityWindow {
  static let size = 11
  private static let deviation = 1.5

  private static let weights: [Double] = {
    let values = (0..<size).map { exp(-pow(Double($0 - size / 2), 2) / (2 * deviation * deviation)) }
    let sum = values.reduce(0, +)
    return values.map { $0 / sum }
  }()

  /// The quantities averaged: both images, their squares and their product.
  private static let moments = 5

  private typealias Values = UnsafeMutableBufferPointer<Double>

  /// The sum of two images' similarities in one channel, over all windows whose first row is in `rows`. The images have
  /// the same size.
  static func similarities(of first: Image, and second: Image, channel: Int, rows: Range<Int>) -> Double {
    let across = first.width - size + 1
    let lineSize = moments * across
    return withTemporaryValues(moments * first.width) { samples in
      withTemporaryValues((rows.count + size - 1) * lineSize) { lines in
        withTemporaryValues(lineSize) { means in
          for line in 0..<rows.count + size - 1 {
            load(first, second, row: rows.lowerBound + line, channel: channel, into: samples)
            for moment in 0..<moments {
              average(
                samples, from: moment * first.width, step: 1, into: lines, at: line * lineSize + moment * across,
                count: across)
            }
          }
          return (0..<rows.count).reduce(0.0) { sum, line in
            average(lines, from: line * lineSize, step: lineSize, into: means, at: 0, count: lineSize)
            return sum + similarities(means, count: across)
          }
        }
      }
    }
  }

  private static func withTemporaryValues(_ count: Int, _ body: (Values) -> Double) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { body($0) }
  }

  /// Loads one row of the quantities to average: the two images, their squares and their product, each as wide as the
  /// image.
  private static func load(_ first: Image, _ second: Image, row: Int, channel: Int, into samples: Values) {
    let (width, channels) = (first.width, first.channels)
    first.pixels.withUnsafeBufferPointer { first in
      second.pixels.withUnsafeBufferPointer { second in
        for x in 0..<width {
          let sample = (row * width + x) * channels + channel
          let (a, b) = (Double(first[sample]), Double(second[sample]))
          samples[x] = a
          samples[width + x] = b
          samples[2 * width + x] = a * a
          samples[3 * width + x] = b * b
          samples[4 * width + x] = a * b
        }
      }
    }
  }

  /// Weighted sums of `size` values spaced `step` apart.
  private static func average(_ source: Values, from: Int, step: Int, into target: Values, at: Int, count: Int) {
    for x in 0..<count { target[at + x] = 0 }
    for (i, weight) in weights.enumerated() {
      for x in 0..<count { target[at + x] += weight * source[from + i * step + x] }
    }
  }

  /// The sum of similarities over one row of windows, from the window's means.
  private static func similarities(_ means: Values, count: Int) -> Double {
    let (c1, c2) = (0.01 * 0.01, 0.03 * 0.03)
    return (0..<count).reduce(0.0) { sum, x in
      let (muX, muY) = (means[x], means[count + x])
      let varianceX = means[2 * count + x] - muX * muX
      let varianceY = means[3 * count + x] - muY * muY
      let covariance = means[4 * count + x] - muX * muY
      let similarity =
        (2 * muX * muY + c1) * (2 * covariance + c2)
        / ((muX * muX + muY * muY + c1) * (varianceX + varianceY + c2))
      return sum + similarity
    }
  }
}
