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

  public init(size: Int, scale: Int, flip: Bool = true, rotate: Bool = true) {
    self.size = size
    self.scale = scale
    self.flip = flip
    self.rotate = rotate
  }

  /// A square and its surroundings, as far as they weigh in on the small image.
  struct Place {
    var region: PixelRegion
    /// Where the square begins in the region.
    var x: Int
    var y: Int
  }

  /// Pixels of the small image that are made beyond the square, so that its borders are what they are in the whole image.
  private static let margin = 4

  /// On the small image's grid, with draws 0 and 1 of `random`.
  func place(inWidth width: Int, height: Int, _ random: Random) -> Place {
    let (left, innerX, wide) = span(of: width / scale, random, draw: 0)
    let (top, innerY, high) = span(of: height / scale, random, draw: 1)
    return Place(region: PixelRegion(x: left, y: top, width: wide, height: high), x: innerX, y: innerY)
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
  func pair(from region: Image, _ place: Place, _ random: Random) -> (small: Image, large: Image) {
    let reduced = region.resized(
      toWidth: region.width / scale, height: region.height / scale, convention: .matlab)
    let side = size / scale
    let small = reduced.cropped(x: place.x / scale, y: place.y / scale, width: side, height: side)
    let large = region.cropped(x: place.x, y: place.y, width: size, height: size)
    let isFlipped = flip && random.uniform(at: 2) < 0.5
    let quarters = rotate ? random.integer(in: 0..<4, at: 3) : 0
    func moved(_ image: Image) -> Image { (isFlipped ? image.flippedHorizontally() : image).turned(quarters: quarters) }
    return (moved(small), moved(large))
  }
}
