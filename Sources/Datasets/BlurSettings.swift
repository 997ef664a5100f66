/// How Real-ESRGAN blurs (Wang et al. 2021, 3.1): which kernels are drawn, and how wide. Values are the published first
/// stage's.
public struct BlurSettings: Codable, Sendable, Equatable {
  /// How often there is a blur at all.
  public var probability = 1.0
  /// Of the kernels' sides in pixels, odd ones alone: all are as likely.
  public var sizes = 7...21
  /// How often a blur is a sinc filter, which makes edges ring.
  public var sincProbability = 0.1
  /// Of sinc filters with sides below 13 pixels, in radians per pixel.
  public var smallSincCutoff = Double.pi / 3...Double.pi
  /// Of larger ones.
  public var largeSincCutoff = Double.pi / 5...Double.pi
  /// How likely each kind of the other kernels is, compared with each other.
  public var isotropic = 0.45
  public var anisotropic = 0.25
  public var generalizedIsotropic = 0.12
  public var generalizedAnisotropic = 0.03
  public var plateauIsotropic = 0.12
  public var plateauAnisotropic = 0.03
  /// The standard deviation along each axis, in pixels.
  public var deviation = 0.2...3.0
  /// Of generalised Gaussians. In a range around 1, half of the exponents lie below 1, half above.
  public var generalizedExponent = 0.5...4.0
  /// Of plateaus, alike: half of the published ones are 1.
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

  /// Nil where there is no blur this time.
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
