import Foundation

/// Poisson noise of each 8-bit level.
struct PoissonLevels {
  private let quanta: Double
  private let distributions: [PoissonDistribution?]

  /// - Parameter levels: those that will be asked for; the number of distinct ones sets white's photon count.
  init(_ levels: [UInt8]) {
    var isPresent = [Bool](repeating: false, count: 256)
    for level in levels { isPresent[Int(level)] = true }
    var quanta = 1
    while quanta < isPresent.count(where: \.self) { quanta *= 2 }
    self.quanta = Double(quanta)
    distributions = isPresent.enumerated().map { level, isPresent in
      isPresent ? PoissonDistribution(mean: Double(level * quanta) / 255) : nil
    }
  }

  /// The noise of a level, on a scale of 0...1.
  func noise(level: Int, uniform: Float) -> Float {
    guard let distribution = distributions[level] else { return 0 }
    return Float((Double(distribution.count(at: uniform)) - distribution.mean) / quanta)
  }
}

/// A Poisson distribution, sampled by inverting its cumulative distribution function.
package struct PoissonDistribution {
  package let mean: Double
  /// The smallest count whose probability is not negligible.
  private let first: Int
  /// The cumulative probabilities of `first`, `first + 1`, …
  private let sums: [Float]
  /// Where to start searching `sums`, indexed by the draw's leading bits.
  private let guide: [Int]

  private static let guideSize = 64
  private static let leastRatio = 1e-12

  package init(mean: Double) {
    self.mean = mean
    // Probabilities relative to the mode's, computed from there downwards and upwards.
    let peak = Int(mean)
    var below: [Double] = []
    var ratio = 1.0
    for count in stride(from: peak, to: 0, by: -1) {
      ratio *= Double(count) / mean
      guard ratio > Self.leastRatio else { break }
      below.append(ratio)
    }
    var ratios = below.reversed() + [1]
    ratio = 1
    for count in (peak + 1)... {
      ratio *= mean / Double(count)
      guard ratio > Self.leastRatio else { break }
      ratios.append(ratio)
    }
    first = peak - below.count
    let total = ratios.reduce(0, +)
    var sum = 0.0
    let sums = ratios.map { ratio in
      sum += ratio
      return Float(sum / total)
    }
    self.sums = sums
    guide = (0..<Self.guideSize).map { slot in
      sums.firstIndex { $0 > Float(slot) / Float(Self.guideSize) } ?? sums.count - 1
    }
  }

  /// The quantile of a uniform draw in 0 ..< 1.
  package func count(at uniform: Float) -> Int {
    var index = guide[Int(uniform * Float(Self.guideSize))]
    while index < sums.count - 1 && sums[index] <= uniform { index += 1 }
    return first + index
  }
}
