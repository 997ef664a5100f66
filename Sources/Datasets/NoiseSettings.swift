import Images

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
