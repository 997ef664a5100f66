import Images

/// One round of blur, resizing, sharpening, noise and JPEG compression. Defaults are those of the published first stage,
/// which does not sharpen.
public struct DegradationStage: Codable, Sendable, Equatable {
  public var blur = BlurSettings()
  public var resizing = ResizingSettings()
  public var sharpening = SharpeningSettings()
  public var noise = NoiseSettings()
  /// The probability of compression.
  public var compressionProbability = 1.0
  /// The range of JPEG's quality, within 1...100.
  public var quality = 30...95
  /// The probability that compression keeps the colours' full resolution (4:4:4 instead of 4:2:0).
  public var fullColorProbability = 0.0

  public init() {}

  /// The published second stage, which is milder.
  public static var second: DegradationStage {
    var stage = DegradationStage()
    stage.blur.probability = 0.8
    stage.blur.deviation = 0.2...1.5
    stage.resizing = ResizingSettings(enlarge: 0.3, shrink: 0.4, keep: 0.3, factor: 0.3...1.2)
    stage.noise.gaussianDeviation = 1...25
    stage.noise.poissonScale = 0.05...2.5
    return stage
  }

  func validate(_ name: String) throws(DatasetError) {
    try blur.validate(name)
    try resizing.validate(name)
    try sharpening.validate(name)
    try noise.validate(name)
    try SettingChecks.validateProbability(fullColorProbability, "\(name).fullColor")
    try SettingChecks.validateProbability(compressionProbability, "\(name).compression")
    try SettingChecks.validate(quality, within: 1...100, "\(name).quality")
  }

  /// The filters to resize with, drawn uniformly.
  static let filters: [ResamplingFilter] = [.box, .bilinear, .bicubic]

  /// - Parameters:
  ///   - width: the width that the drawn factor multiplies.
  ///   - height: likewise.
  func resizedAndNoisy(_ image: Image, width: Int, height: Int, _ draws: Draws) -> Image {
    let blurred = blur.kernel(draws).map { image.blurred(by: $0) } ?? image
    let factor = resizing.factor(draws)
    let resized = blurred.resized(
      toWidth: max(1, Int(Double(width) * factor)), height: max(1, Int(Double(height) * factor)),
      filter: Self.filters[draws.integer(in: 0...2, .filter)], convention: resizing.convention(draws))
    return noise.added(to: sharpening.applied(to: resized, draws), draws)
  }

  func compressed(_ image: Image, _ draws: Draws) throws -> Image {
    guard draws.happens(compressionProbability, .jpeg) else { return image }
    var compressed = try image.compressedAsJPEG(
      quality: draws.integer(in: quality, .quality), halvesColor: !draws.happens(fullColorProbability, .fullColor))
    compressed.bitDepth = .sixteen
    return compressed
  }
}
