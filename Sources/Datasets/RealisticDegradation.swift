import Images
import Tensors

/// Real-ESRGAN's degradation (Wang et al. 2021), with the published values of its x4 model: what photographs go through
/// before somebody wants them larger.
///
/// Two stages each blur, resize, add noise and compress. Then come the resizing to the final size and a sinc filter, which
/// half of the time trade places with the second stage's compression.
public struct RealisticDegradation: Codable, Sendable, Equatable {
  /// Resizes the large image.
  public var first = DegradationStage()
  /// Resizes to multiples of the final size.
  public var second = DegradationStage.second
  public var last = FinalDegradation()

  public init() {}

  /// Throws `DatasetError.unusableSetting`, with the setting's path in recipes, for values that cannot be used.
  public func validate() throws(DatasetError) {
    try first.validate("firstDegradation")
    try second.validate("secondDegradation")
    try last.validate("lastDegradation")
  }

  /// The degraded small image, in 8 bits: sides are divided by `scale` and rounded down. Throws `DatasetError` for an image
  /// that is too small or not RGB.
  ///
  /// - Parameters:
  ///   - image: RGB, `scale` pixels or more a side.
  ///   - random: the source of all draws, at indices of any size: the result is a function of its seed, purpose and step.
  public func degraded(_ image: Image, scale: Int, random: Random) throws -> Image {
    guard image.channels == 3, scale >= 1, min(image.width, image.height) >= scale else {
      throw DatasetError.unusableSetting(
        name: "the image to degrade by \(scale)", value: "\(image.width)x\(image.height)x\(image.channels)",
        expectation: "one in RGB of \(max(1, scale)) pixels or more a side")
    }
    let (width, height) = (image.width / scale, image.height / scale)
    var unrounded = image
    // Only compression rounds before the end.
    unrounded.bitDepth = .sixteen
    unrounded.metadata = ImageMetadata()

    let draws = (0..<3).map { Draws(random, stage: $0) }
    let once = try first.compressed(
      first.resizedAndNoisy(unrounded, width: image.width, height: image.height, draws[0]), draws[0])
    let twice = second.resizedAndNoisy(once, width: width, height: height, draws[1])
    let degraded =
      draws[2].happens(last.earlyCompressionProbability, .order)
      ? last.applied(to: try second.compressed(twice, draws[1]), width: width, height: height, draws[2])
      : try second.compressed(last.applied(to: twice, width: width, height: height, draws[2]), draws[1])
    return Image(width: width, height: height, channels: 3, bytes: degraded.bytes())
  }
}
