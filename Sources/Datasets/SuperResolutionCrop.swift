import Images
import Tensors

/// How super-resolution samples are cropped, augmented and made smaller.
public struct SuperResolutionCrop: Sendable, Equatable {
  /// The side of the large crop in pixels, a multiple of `scale`.
  public var size: Int
  public var scale: Int
  /// Whether half of the samples are flipped left to right.
  public var flip: Bool
  /// Whether samples are rotated by a random number of quarter turns.
  public var rotate: Bool

  /// If less than 1, each photo is first shrunk by a factor drawn from `smallest ... 1`: scale augmentation (Kim et al.
  /// 2016, VDSR), which shows the network finer structures.
  public var smallest: Double
  /// What makes the small image; MATLAB's bicubic resampling if nil.
  public var degradation: RealisticDegradation?
  /// The share of samples whose small image is made by MATLAB's resampling all the same.
  public var clean: Double
  /// The share of samples that are gray, both the small image and the large one.
  public var gray: Double

  public init(
    size: Int, scale: Int, flip: Bool = true, rotate: Bool = true, smallest: Double = 1,
    degradation: RealisticDegradation? = nil, clean: Double = 0, gray: Double = 0
  ) {
    self.degradation = degradation
    self.clean = clean
    self.gray = gray
    self.size = size
    self.scale = scale
    self.smallest = smallest
    self.flip = flip
    self.rotate = rotate
  }

  /// The same crops as they are, for sample grids.
  public var withoutAugmentation: SuperResolutionCrop {
    SuperResolutionCrop(size: size, scale: scale, flip: false, rotate: false, degradation: degradation)
  }

  /// Throws `DatasetError` for sizes that do not fit together and other unusable values.
  func validate() throws(DatasetError) {
    guard scale > 0, size > 0, size % scale == 0 else {
      throw DatasetError.unusableSetting(
        name: "the crop's size", value: "\(size)", expectation: "a multiple of the scale, which is \(scale)")
    }
    try SettingChecks.validateShrinking(smallest)
    try SettingChecks.validateProbability(clean, "the share of clean samples")
    try SettingChecks.validateProbability(gray, "the share of gray samples")
    try degradation?.validate()
  }

  /// A crop's position, with the halo around it that the small image depends on.
  struct Window {
    /// The crop with its halo, in the photo's pixels.
    var region: ImageRegion
    /// The region's size after shrinking.
    var width: Int
    var height: Int
    /// The crop's corner within the shrunk region.
    var x: Int
    var y: Int
  }

  /// The halo in pixels of the small image; with it, a small crop has the same borders as in the whole image made
  /// small.
  private static let margin = 4

  /// A random window, aligned with the small image's pixels; uses draws 0, 1 and 4 of `random`.
  func window(inWidth width: Int, height: Int, _ random: Random) -> Window {
    // The shrunk photo must still hold the crop.
    let least = max(smallest, Double(size) / Double(min(width, height)))
    let factor = smallest < 1 ? 1 - (1 - min(1, least)) * Double(random.uniform(at: 4)) : 1
    func reduced(_ length: Int) -> Int { max(size, Int((Double(length) * factor).rounded(.down))) }
    let (left, innerX, wide) = span(of: reduced(width) / scale, random, draw: 0)
    let (top, innerY, high) = span(of: reduced(height) / scale, random, draw: 1)
    func original(_ length: Int) -> Int { Int((Double(length) / factor).rounded(.down)) }
    let region = ImageRegion(
      x: original(left), y: original(top), width: min(width - original(left), original(wide)),
      height: min(height - original(top), original(high)))
    return Window(region: region, width: wide, height: high, x: innerX, y: innerY)
  }

  /// One axis of a window, in pixels of the large image.
  ///
  /// - Parameter length: the small image's length.
  private func span(of length: Int, _ random: Random, draw: Int) -> (start: Int, inner: Int, length: Int) {
    let side = size / scale
    let first = random.integer(in: 0..<length - side + 1, at: draw)
    let start = max(0, first - Self.margin)
    let end = min(length, first + side + Self.margin)
    return (start * scale, (first - start) * scale, (end - start) * scale)
  }

  /// The small and the large crop; draws 2 and 3 of `random` flip and rotate them, 5 and 6 make them clean and gray.
  ///
  /// - Parameter degradationDraws: the source of the realistic degradation's draws.
  func pair(
    from region: Image, _ window: Window, _ random: Random, degradation degradationDraws: Random
  ) throws -> (small: Image, large: Image) {
    let isGray = Double(random.uniform(at: 6)) < gray
    func toned(_ image: Image) -> Image { isGray ? image.grayscale().withColors() : image }
    let region = toned(region.resized(toWidth: window.width, height: window.height, convention: .matlab))
    let isClean = Double(random.uniform(at: 5)) < clean
    let reduced =
      try (isClean ? nil : degradation)?.degraded(region, scale: scale, random: degradationDraws)
      ?? region.resized(toWidth: region.width / scale, height: region.height / scale, convention: .matlab)
    let side = size / scale
    let small = toned(reduced).cropped(x: window.x / scale, y: window.y / scale, width: side, height: side)
    let large = region.cropped(x: window.x, y: window.y, width: size, height: size)
    let turned = turned(by: random, flipDraw: 2, turnDraw: 3)
    return (turned(small), turned(large))
  }

  /// What flips and rotates a sample's images, by two draws of `random`.
  func turned(by random: Random, flipDraw: Int, turnDraw: Int) -> (Image) -> Image {
    let isFlipped = flip && random.uniform(at: flipDraw) < 0.5
    let quarters = rotate ? random.integer(in: 0..<4, at: turnDraw) : 0
    return { image in (isFlipped ? image.flippedHorizontally() : image).turned(quarters: quarters) }
  }
}
