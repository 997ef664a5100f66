import Images

/// What follows both stages: the resizing to the final size, and possibly a sinc filter, which makes edges ring.
/// Defaults are Real-ESRGAN's.
public struct FinalDegradation: Codable, Sendable, Equatable {
  /// The probability of a sinc filter.
  public var sincProbability = 0.8
  /// The range of its sides in pixels, of which the odd ones are drawn uniformly.
  public var sincSizes = 7...21
  /// The range of its cutoff, in radians per pixel.
  public var sincCutoff = Double.pi / 3...Double.pi
  /// The probability that the second stage's compression precedes these steps.
  public var earlyCompressionProbability = 0.5

  public init() {}

  func validate(_ name: String) throws(DatasetError) {
    try SettingChecks.validateProbability(sincProbability, "\(name).sinc")
    try SettingChecks.validate(sincSizes, within: 1...101, "\(name).sincSizes")
    try SettingChecks.validate(sincCutoff, within: Double.leastNormalMagnitude...Double.pi, "\(name).sincCutoff")
    try SettingChecks.validateProbability(earlyCompressionProbability, "\(name).earlyCompression")
  }

  func applied(to image: Image, width: Int, height: Int, _ draws: Draws) -> Image {
    let filter = DegradationStage.filters[draws.integer(in: 0...2, .filter)]
    let resized = image.resized(toWidth: width, height: height, filter: filter, convention: .pytorch)
    guard draws.happens(sincProbability, .sinc) else { return resized }
    let size = draws.odd(in: sincSizes, .kernelSize)
    return resized.blurred(by: .sinc(size: size, cutoff: draws.number(in: sincCutoff, .cutoff)))
  }
}
