import Images

/// The factors by which an image is resized.
public struct ResizingSettings: Codable, Sendable, Equatable {
  /// Relative probabilities.
  public var enlarge: Double
  public var shrink: Double
  public var keep: Double
  /// Shrinking draws a factor from the part of the range below 1, enlarging from the part above.
  public var factor: ClosedRange<Double>
  /// The probability that shrinking is antialiased, as image editors do it. The published degradation never does.
  public var antialiasedProbability = 0.0

  public init(
    enlarge: Double = 0.2, shrink: Double = 0.7, keep: Double = 0.1, factor: ClosedRange<Double> = 0.15...1.5
  ) {
    self.enlarge = enlarge
    self.shrink = shrink
    self.keep = keep
    self.factor = factor
  }

  func validate(_ name: String) throws(DatasetError) {
    try SettingChecks.validateProbability(antialiasedProbability, "\(name).antialiased")
    try SettingChecks.validateWeights([enlarge, shrink, keep], "\(name).enlarge, .shrink and .keep")
    guard factor.lowerBound >= 0.01, factor.upperBound <= 10, factor.contains(1) else {
      throw DatasetError.unusableSetting(
        name: "\(name).resizing", value: "\(factor)", expectation: "a range around 1, within 0.01...10")
    }
  }

  func factor(_ draws: Draws) -> Double {
    switch draws.choice([enlarge, shrink, keep], .resizing) {
    case 0: draws.number(in: 1...factor.upperBound, .factor)
    case 1: draws.number(in: factor.lowerBound...1, .factor)
    default: 1
    }
  }

  func convention(_ draws: Draws) -> ResamplingConvention {
    draws.happens(antialiasedProbability, .antialiased) ? .pillow : .pytorch
  }
}
