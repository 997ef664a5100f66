import Foundation
import Images

/// The traces of film and paper that scans show: grain and halftone dots, the same in all channels. They come before the
/// rest of the realistic degradation, so that it blurs and compresses them. The published degradation has none.
public struct PrintSettings: Codable, Sendable, Equatable {
  /// The probability that an image looks like a print.
  public var probability = 0.0
  /// The range of the grain's standard deviation in midtones, of values in 0...1.
  public var grain = 0.02...0.1
  /// The range of the grain's size, the standard deviation of a Gaussian in pixels of the large image.
  public var grainSize = 0.8...3.0
  /// The probability that a print has halftone dots.
  public var halftoneProbability = 0.3
  /// The range of the distance between dots, in pixels of the large image.
  public var screenPeriod = 4.0...12.0
  /// The range of the dots' contrast in midtones, of values in 0...1.
  public var screenStrength = 0.05...0.4

  public init() {}

  func validate(_ name: String) throws(DatasetError) {
    try SettingChecks.validateProbability(probability, "\(name).print")
    try SettingChecks.validate(grain, within: 0...1, "\(name).grain")
    try SettingChecks.validate(grainSize, within: 0.3...10, "\(name).grainSize")
    try SettingChecks.validateProbability(halftoneProbability, "\(name).halftone")
    try SettingChecks.validate(screenPeriod, within: 2...100, "\(name).screenPeriod")
    try SettingChecks.validate(screenStrength, within: 0...1, "\(name).screenStrength")
  }

  func applied(to image: Image, _ draws: Draws) -> Image {
    guard draws.happens(probability, .print) else { return image }
    let texture = Texture(self, width: image.width, height: image.height, draws)
    var pixels = image.pixels
    for index in 0..<image.width * image.height {
      let samples = index * image.channels..<(index + 1) * image.channels
      let tone = samples.reduce(0) { $0 + pixels[$1] } / Float(image.channels)
      // Neither white paper nor full black shows either.
      let shift = texture.values[index] * 4 * tone * (1 - tone)
      for sample in samples { pixels[sample] = min(max(pixels[sample] + shift, 0), 1) }
    }
    return Image(
      width: image.width, height: image.height, channels: image.channels, pixels: pixels, bitDepth: image.bitDepth)
  }

  /// What grain and dots add to each pixel of a middle tone.
  private struct Texture {
    var values: [Float]

    /// White noise is made with this deviation, small enough not to be clamped.
    private static let whiteDeviation: Float = 0.12

    init(_ settings: PrintSettings, width: Int, height: Int, _ draws: Draws) {
      let size = draws.number(in: settings.grainSize, .grainSize)
      let kernel = BlurKernel.gaussian(size: 2 * Int((3 * size).rounded(.up)) + 1, spread: .init(size))
      let gray = Image(
        width: width, height: height, channels: 1, pixels: Array(repeating: 0.5, count: width * height),
        bitDepth: .sixteen)
      let grains = gray.addingGaussianNoise(
        deviation: Self.whiteDeviation, isGray: true, random: draws.random, from: draws.firstSample
      ).blurred(by: kernel)
      // Blurring white noise divides its deviation by this.
      let loss = kernel.weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let gain = Float(draws.number(in: settings.grain, .grain)) / (Self.whiteDeviation * loss)
      values = grains.pixels.map { ($0 - 0.5) * gain }
      guard draws.happens(settings.halftoneProbability, .halftone) else { return }
      let frequency = 2 * Double.pi / draws.number(in: settings.screenPeriod, .screenPeriod)
      let angle = draws.number(in: 0...Double.pi / 2, .screenAngle)
      let strength = draws.number(in: settings.screenStrength, .screenStrength)
      let (cosine, sine) = (frequency * cos(angle), frequency * sin(angle))
      for y in 0..<height {
        for x in 0..<width {
          let (across, down) = (cosine * Double(x) + sine * Double(y), cosine * Double(y) - sine * Double(x))
          values[y * width + x] += Float(strength * (cos(across) + cos(down)) / 4)
        }
      }
    }
  }
}
