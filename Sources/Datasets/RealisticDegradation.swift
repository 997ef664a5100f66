import Images
import Tensors

/// What happens to photographs before somebody wants them larger: Real-ESRGAN's degradation (Wang et al. 2021), with the
/// published values of its model for factor 4.
///
/// Two stages each blur, resize, add noise and compress; the second one's compression trades places, every other time,
/// with the resizing to the final size and a sinc filter, which adds ringing.
public struct RealisticDegradation: Codable, Sendable, Equatable {
  /// At the size of the truth.
  public var first = DegradationStage()
  /// Its sizes are multiples of the final one.
  public var second = DegradationStage.second
  public var last = FinalDegradation()

  public init() {}

  /// Throws `DatasetError.unusableSetting`, which calls settings as recipes do, for what no degradation can do.
  public func validate() throws(DatasetError) {
    try first.validate("firstDegradation")
    try second.validate("secondDegradation")
    try last.validate("lastDegradation")
  }

  /// A small, bad version of `image`: its sides divided by `scale`, rounded down, in 8 bits.
  ///
  /// - Parameters:
  ///   - image: RGB, `scale` pixels or more a side.
  ///   - random: all draws are from it, at indices of any size: the result is a function of its seed, purpose and step.
  public func degraded(_ image: Image, scale: Int, random: Random) throws -> Image {
    precondition(
      image.channels == 3 && scale >= 1 && min(image.width, image.height) >= scale,
      "an image of \(image.width)x\(image.height)x\(image.channels) cannot be degraded by \(scale)")
    let (width, height) = (image.width / scale, image.height / scale)
    var unrounded = image
    // Nothing is rounded until the end, but by compression.
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
