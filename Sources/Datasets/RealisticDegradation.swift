import Images
import Tensors

/// Real-ESRGAN's degradation (Wang et al. 2021), with the published values of its x4 model: what photographs typically
/// go through before someone wants them larger. Prints, sharpening, antialiasing and full colour resolution are
/// additions, which the published values leave out.
///
/// Each of two stages blurs, resizes, sharpens, adds noise and compresses. The resizing to the final size and a sinc filter
/// follow; half of the time, they come before the second stage's compression.
public struct RealisticDegradation: Codable, Sendable, Equatable {
  public var print = PrintSettings()
  /// The first stage; its factors multiply the large image's size.
  public var first = DegradationStage()
  /// The second stage; its factors multiply the final size.
  public var second = DegradationStage.second
  public var last = FinalDegradation()

  public init() {}

  /// Throws `DatasetError.unusableSetting`, with the setting's path in recipes, for values that cannot be used.
  public func validate() throws(DatasetError) {
    try print.validate("printDegradation")
    try first.validate("firstDegradation")
    try second.validate("secondDegradation")
    try last.validate("lastDegradation")
  }

  /// The degraded small image, at 8 bits; its sides are the image's, divided by `scale` and rounded down. Throws
  /// `DatasetError` for an image that is too small or not RGB.
  ///
  /// - Parameters:
  /// - image: in RGB, at least `scale` pixels a side.
  ///   - random: the source of all draws, at any index; the result is a function of its seed, purpose and step.
  public func degraded(_ image: Image, scale: Int, random: Random) throws -> Image {
    guard image.channels == 3, scale >= 1, min(image.width, image.height) >= scale else {
      throw DatasetError.unusableSetting(
        name: "the image to degrade by \(scale)", value: "\(image.width)x\(image.height)x\(image.channels)",
        expectation: "one in RGB of \(max(1, scale)) pixels or more a side")
    }
    let (width, height) = (image.width / scale, image.height / scale)
    var unrounded = image
    // Until the end, only compression rounds.
    unrounded.bitDepth = .sixteen
    unrounded.metadata = ImageMetadata()

    let draws = (0..<4).map { Draws(random, stage: $0) }
    let print = print.applied(to: unrounded, draws[3])
    let once = try first.compressed(
      first.resizedAndNoisy(print, width: image.width, height: image.height, draws[0]), draws[0])
    let twice = second.resizedAndNoisy(once, width: width, height: height, draws[1])
    let degraded =
      draws[2].happens(last.earlyCompressionProbability, .order)
      ? last.applied(to: try second.compressed(twice, draws[1]), width: width, height: height, draws[2])
      : try second.compressed(last.applied(to: twice, width: width, height: height, draws[2]), draws[1])
    return Image(width: width, height: height, channels: 3, bytes: degraded.bytes())
  }
}
