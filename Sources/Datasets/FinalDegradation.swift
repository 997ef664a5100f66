import Images

/// What happens after both stages: the resizing to the final size, and maybe a sinc filter, whose edges ring. Values are
/// Real-ESRGAN's.
public struct FinalDegradation: Codable, Sendable, Equatable {
  /// How often there is a sinc filter.
  public var sincProbability = 0.8
  /// Of its sides in pixels, odd ones alone: all are as likely.
  public var sincSizes = 7...21
  /// In radians per pixel.
  public var sincCutoff = Double.pi / 3...Double.pi
  /// How often the second stage's compression comes before all this.
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
