/// Real-ESRGAN's blur (Wang et al. 2021, 3.1): which kernels are drawn, and how wide. Defaults are those of the published
/// first stage.
public struct BlurSettings: Codable, Sendable, Equatable {
  /// The probability of a blur.
  public var probability = 1.0
  /// The range of the kernels' sides in pixels, of which the odd ones are drawn uniformly.
  public var sizes = 7...21
  /// The probability that a blur is a sinc filter, which makes edges ring.
  public var sincProbability = 0.1
  /// The cutoff of sinc filters with sides below 13 pixels, in radians per pixel.
  public var smallSincCutoff = Double.pi / 3...Double.pi
  /// The cutoff of larger sinc filters.
  public var largeSincCutoff = Double.pi / 5...Double.pi
  /// The relative probabilities of the other kinds of kernels.
  public var isotropic = 0.45
  public var anisotropic = 0.25
  public var generalizedIsotropic = 0.12
  public var generalizedAnisotropic = 0.03
  public var plateauIsotropic = 0.12
  public var plateauAnisotropic = 0.03
  /// The standard deviation along each axis, in pixels.
  public var deviation = 0.2...3.0
  /// The exponent of generalised Gaussians. If the range contains 1, half of the draws lie below 1 and half above.
  public var generalizedExponent = 0.5...4.0
  /// The exponent of plateaus, drawn in the same way: with the published range, half of the draws are 1.
  public var plateauExponent = 1.0...2.0

  public init() {}

  func validate(_ name: String) throws(DatasetError) {
    try SettingChecks.validateProbability(probability, "\(name).blur")
    try SettingChecks.validateProbability(sincProbability, "\(name).sinc")
    try SettingChecks.validate(sizes, within: 1...101, "\(name).blurSizes")
    let cutoffs = Double.leastNormalMagnitude...Double.pi
    try SettingChecks.validate(smallSincCutoff, within: cutoffs, "\(name).smallSincCutoff")
    try SettingChecks.validate(largeSincCutoff, within: cutoffs, "\(name).largeSincCutoff")
    try SettingChecks.validateWeights(kinds.map(\.weight), "the kinds of kernels in \(name)")
    try SettingChecks.validate(deviation, within: 0.01...100, "\(name).blurDeviation")
    try SettingChecks.validate(generalizedExponent, within: 0.01...100, "\(name).generalizedExponent")
    try SettingChecks.validate(plateauExponent, within: 0.01...100, "\(name).plateauExponent")
  }

  private enum Kind { case gaussian, generalized, plateau }

  private var kinds: [(kind: Kind, isIsotropic: Bool, weight: Double)] {
    [
      (.gaussian, true, isotropic), (.gaussian, false, anisotropic), (.generalized, true, generalizedIsotropic),
      (.generalized, false, generalizedAnisotropic), (.plateau, true, plateauIsotropic),
      (.plateau, false, plateauAnisotropic),
    ]
  }

  /// Nil if the draws call for no blur.
  package func kernel(_ draws: Draws) -> BlurKernel? {
    guard draws.happens(probability, .blur) else { return nil }
    let size = draws.odd(in: sizes, .kernelSize)
    if draws.happens(sincProbability, .sinc) {
      return .sinc(size: size, cutoff: draws.number(in: size < 13 ? smallSincCutoff : largeSincCutoff, .cutoff))
    }
    let (kind, isIsotropic, _) = kinds[draws.choice(kinds.map(\.weight), .kernel)]
    let first = draws.number(in: deviation, .deviation)
    let spread =
      isIsotropic
      ? BlurKernel.Spread(first)
      : BlurKernel.Spread(
        first, draws.number(in: deviation, .secondDeviation), rotation: draws.number(in: -.pi ... .pi, .rotation))
    switch kind {
    case .gaussian:
      return .gaussian(size: size, spread: spread)
    case .generalized:
      return .gaussian(size: size, spread: spread, exponent: exponent(in: generalizedExponent, draws))
    case .plateau:
      return .plateau(size: size, spread: spread, exponent: exponent(in: plateauExponent, draws))
    }
  }

  private func exponent(in range: ClosedRange<Double>, _ draws: Draws) -> Double {
    guard range.contains(1) else { return draws.number(in: range, .exponent) }
    let isLow = draws.happens(0.5, .isExponentLow)
    return draws.number(in: isLow ? range.lowerBound...1 : 1...range.upperBound, .exponent)
  }
}
