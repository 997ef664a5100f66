import Tensors

/// The random draws of one degradation stage, each at its own address, so that no setting affects another's draw.
package struct Draws {
  /// The order of these cases is part of what a seed stands for: new ones go at the end.
  enum Purpose: Int {
    case blur, kernelSize, sinc, cutoff, kernel, deviation, secondDeviation, rotation, isExponentLow, exponent
    case resizing, factor, filter, noise, isGaussian, noiseStrength, isGray, jpeg, quality, order
    case antialiased, sharpening, sharpeningRadius, sharpeningAmount, fullColor
    case print, grain, grainSize, halftone, screenPeriod, screenAngle, screenStrength
  }

  let random: Random
  private let stage: Int

  private static let stageSize = 1 << 40

  package init(_ random: Random, stage: Int) {
    self.random = random
    self.stage = stage
  }

  private func address(_ purpose: Purpose) -> Int { stage * Self.stageSize + purpose.rawValue }

  /// The first address for draws that are made per sample of an image.
  var firstSample: Int { stage * Self.stageSize + Self.stageSize / 2 }

  func happens(_ probability: Double, _ purpose: Purpose) -> Bool {
    Double(random.uniform(at: address(purpose))) < probability
  }

  func number(in range: ClosedRange<Double>, _ purpose: Purpose) -> Double {
    range.lowerBound + Double(random.uniform(at: address(purpose))) * (range.upperBound - range.lowerBound)
  }

  func integer(in range: ClosedRange<Int>, _ purpose: Purpose) -> Int {
    random.integer(in: range.lowerBound..<range.upperBound + 1, at: address(purpose))
  }

  /// An odd number, drawn uniformly from those in a range; if it has none, the one after its lower bound.
  func odd(in range: ClosedRange<Int>, _ purpose: Purpose) -> Int {
    let (first, last) = (range.lowerBound | 1, (range.upperBound - 1) | 1)
    return first + 2 * integer(in: 0...max(0, (last - first) / 2), purpose)
  }

  /// An index, drawn with a probability proportional to its weight.
  func choice(_ weights: [Double], _ purpose: Purpose) -> Int {
    let threshold = number(in: 0...1, purpose) * weights.reduce(0, +)
    var sum = 0.0
    for (index, weight) in weights.enumerated() {
      sum += weight
      if threshold < sum { return index }
    }
    return weights.lastIndex { $0 > 0 } ?? 0
  }
}
