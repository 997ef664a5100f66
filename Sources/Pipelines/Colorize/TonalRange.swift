import Tensors

/// Gives faded photographs the contrast of fresh ones, so that a network sees what it knows.
package enum TonalRange {
  /// The shares of pixels that may be darker than black and lighter than white.
  private static let outliers = 0.005
  /// The ranges of faded photographs, in L/50. Below about a step of 8 bits there is but one tone, which stays as light
  /// as it is. Fresh photographs have wider ones, except for one in twenty.
  private static let faded: Range<Float> = 0.01..<1.4
  /// Black and white of a stretched photograph.
  private static let full: ClosedRange<Float> = -0.95...0.9
  /// Beyond this, it would be grain that is stretched.
  private static let largestGain: Float = 4

  /// - Parameter lightness: L/50 - 1.
  /// - Returns: it stretched if it is faded, and otherwise as it is.
  package static func full(_ lightness: NDArray) -> NDArray {
    let sorted = lightness.scalars.sorted()
    let rank = Int(Double(sorted.count - 1) * outliers)
    let (black, white) = (sorted[rank], sorted[sorted.count - 1 - rank])
    guard faded.contains(white - black) else { return lightness }
    let gain = min((full.upperBound - full.lowerBound) / (white - black), largestGain)
    let (middle, newMiddle) = ((black + white) / 2, (full.lowerBound + full.upperBound) / 2)
    let tones = lightness.scalars.map { min(max(newMiddle + gain * ($0 - middle), -1), 1) }
    return NDArray(tones, shape: lightness.shape)
  }
}
