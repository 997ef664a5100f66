import Images
import Tensors

/// Which squares super-resolution learns from, and how their small images are made.
public struct SuperResolutionCrop: Sendable, Equatable {
  /// The side of the large square, a multiple of `scale`.
  public var size: Int
  public var scale: Int
  /// Whether half of the samples are mirrored left to right.
  public var flip: Bool
  /// Whether samples are turned by a random number of quarters.
  public var rotate: Bool

  /// Where less than 1, each sample is of a photo that is first made smaller by a factor drawn from `smallest ... 1`, which
  /// shows more of it, and finer structures (Kim et al. 2016, VDSR).
  public var smallest: Double
  /// What the small image suffers besides being small; MATLAB's bicubic resampling alone if nil.
  public var degradation: RealisticDegradation?

  public init(
    size: Int, scale: Int, flip: Bool = true, rotate: Bool = true, smallest: Double = 1,
    degradation: RealisticDegradation? = nil
  ) {
    self.degradation = degradation
    self.size = size
    self.scale = scale
    self.smallest = smallest
    self.flip = flip
    self.rotate = rotate
  }

  /// Throws `DatasetError` where a square cannot be made smaller by its scale.
  func validate() throws(DatasetError) {
    guard scale > 0, size > 0, size % scale == 0 else {
      throw DatasetError.unusableSetting(
        name: "the crop's size", value: "\(size)", expectation: "a multiple of the scale, which is \(scale)")
    }
    try SettingChecks.validateShrinking(smallest)
    try degradation?.validate()
  }

  /// A square and its surroundings, as far as they weigh in on the small image.
  struct Place {
    /// In the photo.
    var region: ImageRegion
    /// The region's size once the photo is made smaller.
    var width: Int
    var height: Int
    /// Where the square then begins in the region.
    var x: Int
    var y: Int
  }

  /// Pixels of the small image that are made beyond the square, so that its borders are what they are in the whole image.
  private static let margin = 4

  /// On the small image's grid, with draws 0, 1 and 4 of `random`.
  func place(inWidth width: Int, height: Int, _ random: Random) -> Place {
    // No smaller than the square.
    let least = max(smallest, Double(size) / Double(min(width, height)))
    let factor = smallest < 1 ? 1 - (1 - min(1, least)) * Double(random.uniform(at: 4)) : 1
    func reduced(_ length: Int) -> Int { max(size, Int((Double(length) * factor).rounded(.down))) }
    let (left, innerX, wide) = span(of: reduced(width) / scale, random, draw: 0)
    let (top, innerY, high) = span(of: reduced(height) / scale, random, draw: 1)
    func original(_ length: Int) -> Int { Int((Double(length) / factor).rounded(.down)) }
    let region = ImageRegion(
      x: original(left), y: original(top), width: min(width - original(left), original(wide)),
      height: min(height - original(top), original(high)))
    return Place(region: region, width: wide, height: high, x: innerX, y: innerY)
  }

  /// In pixels of the large image, from the small image's length.
  private func span(of length: Int, _ random: Random, draw: Int) -> (start: Int, inner: Int, length: Int) {
    let side = size / scale
    let first = random.integer(in: 0..<length - side + 1, at: draw)
    let start = max(0, first - Self.margin)
    let end = min(length, first + side + Self.margin)
    return (start * scale, (first - start) * scale, (end - start) * scale)
  }

  /// The square and its small image, mirrored and turned with draws 2 and 3 of `random`.
  ///
  /// - Parameter degradationDraws: the realistic degradation's.
  func pair(
    from region: Image, _ place: Place, _ random: Random, degradation degradationDraws: Random
  ) throws -> (small: Image, large: Image) {
    let region = region.resized(toWidth: place.width, height: place.height, convention: .matlab)
    let reduced =
      try degradation?.degraded(region, scale: scale, random: degradationDraws)
      ?? region.resized(toWidth: region.width / scale, height: region.height / scale, convention: .matlab)
    let side = size / scale
    let small = reduced.cropped(x: place.x / scale, y: place.y / scale, width: side, height: side)
    let large = region.cropped(x: place.x, y: place.y, width: size, height: size)
    let isFlipped = flip && random.uniform(at: 2) < 0.5
    let quarters = rotate ? random.integer(in: 0..<4, at: 3) : 0
    func moved(_ image: Image) -> Image { (isFlipped ? image.flippedHorizontally() : image).turned(quarters: quarters) }
    return (moved(small), moved(large))
  }
}
