import Images

/// Unsharp masking, which leaves a bright and a dark halo along edges. The published degradation has none.
public struct SharpeningSettings: Codable, Sendable, Equatable {
  /// The probability of sharpening.
  public var probability = 0.0
  /// The range of the factor on what a blur would remove.
  public var amount = 0.3...1.5
  /// The range of that blur's standard deviation, in pixels.
  public var radius = 0.5...2.0

  public init() {}

  func validate(_ name: String) throws(DatasetError) {
    try SettingChecks.validateProbability(probability, "\(name).sharpening")
    try SettingChecks.validate(amount, within: 0...10, "\(name).sharpeningAmount")
    try SettingChecks.validate(radius, within: 0.1...10, "\(name).sharpeningRadius")
  }

  func applied(to image: Image, _ draws: Draws) -> Image {
    guard draws.happens(probability, .sharpening) else { return image }
    let radius = draws.number(in: radius, .sharpeningRadius)
    let blurred = image.blurred(by: .gaussian(size: 2 * Int((3 * radius).rounded(.up)) + 1, spread: .init(radius)))
    let amount = Float(draws.number(in: amount, .sharpeningAmount))
    let pixels = zip(image.pixels, blurred.pixels).map { min(max($0 + amount * ($0 - $1), 0), 1) }
    return Image(
      width: image.width, height: image.height, channels: image.channels, pixels: pixels, bitDepth: image.bitDepth)
  }
}
