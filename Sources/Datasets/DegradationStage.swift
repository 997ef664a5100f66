import Images

/// One round of blur, resizing, noise and JPEG compression. Defaults are those of the published first stage.
public struct DegradationStage: Codable, Sendable, Equatable {
  public var blur = BlurSettings()
  public var resizing = ResizingSettings()
  public var noise = NoiseSettings()
  /// The probability of compression.
  public var compressionProbability = 1.0
  /// The range of JPEG's quality, within 1...100.
  public var quality = 30...95

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
    try noise.validate(name)
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
      filter: Self.filters[draws.integer(in: 0...2, .filter)], convention: .pytorch)
    return noise.added(to: resized, draws)
  }

  func compressed(_ image: Image, _ draws: Draws) throws -> Image {
    guard draws.happens(compressionProbability, .jpeg) else { return image }
    var compressed = try image.compressedAsJPEG(quality: draws.integer(in: quality, .quality))
    compressed.bitDepth = .sixteen
    return compressed
  }
}

/// The factors by which an image is resized.
public struct ResizingSettings: Codable, Sendable, Equatable {
  /// Relative probabilities.
  public var enlarge: Double
  public var shrink: Double
  public var keep: Double
  /// Shrinking draws a factor from the part of the range below 1, enlarging from the part above.
  public var factor: ClosedRange<Double>

  public init(
    enlarge: Double = 0.2, shrink: Double = 0.7, keep: Double = 0.1, factor: ClosedRange<Double> = 0.15...1.5
  ) {
    self.enlarge = enlarge
    self.shrink = shrink
    self.keep = keep
    self.factor = factor
  }

  func validate(_ name: String) throws(DatasetError) {
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
}

/// The kind and strength of noise.
public struct NoiseSettings: Codable, Sendable, Equatable {
  /// The probability of noise.
  public var probability = 1.0
  /// The probability that it is Gaussian rather than Poisson noise.
  public var gaussianProbability = 0.5
  /// The range of the standard deviation of Gaussian noise, on a scale of 0...255.
  public var gaussianDeviation = 1.0...30.0
  /// The range of the factor on Poisson noise.
  public var poissonScale = 0.05...3.0
  /// The probability that all channels of a pixel get the same noise.
  public var grayProbability = 0.4

  public init() {}

  func validate(_ name: String) throws(DatasetError) {
    try SettingChecks.validateProbability(probability, "\(name).noise")
    try SettingChecks.validateProbability(gaussianProbability, "\(name).gaussianNoise")
    try SettingChecks.validate(gaussianDeviation, within: 0...255, "\(name).gaussianDeviation")
    try SettingChecks.validate(poissonScale, within: 0...100, "\(name).poissonScale")
    try SettingChecks.validateProbability(grayProbability, "\(name).grayNoise")
  }

  func added(to image: Image, _ draws: Draws) -> Image {
    guard draws.happens(probability, .noise) else { return image }
    let isGray = draws.happens(grayProbability, .isGray)
    if draws.happens(gaussianProbability, .isGaussian) {
      let deviation = Float(draws.number(in: gaussianDeviation, .noiseStrength) / 255)
      return image.addingGaussianNoise(
        deviation: deviation, isGray: isGray, random: draws.random, from: draws.firstSample)
    }
    let scale = Float(draws.number(in: poissonScale, .noiseStrength))
    return image.addingPoissonNoise(scale: scale, isGray: isGray, random: draws.random, from: draws.firstSample)
  }
}
