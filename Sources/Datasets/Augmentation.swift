import Images
import Tensors

/// CycleGAN's augmentation: an image is resized to a square, cropped at random, and flipped half of the time.
public struct Augmentation: Codable, Sendable, Equatable {
  /// The side, in pixels, that images are resized to, whatever their shape.
  public var loadSize: Int
  /// If larger than `loadSize`, the side is drawn from `loadSize ... largestLoadSize` for every sample.
  public var largestLoadSize: Int
  /// The side of the random square crop.
  public var cropSize: Int
  /// Whether half of the samples are flipped left to right.
  public var flip: Bool

  public init(loadSize: Int = 286, largestLoadSize: Int? = nil, cropSize: Int = 256, flip: Bool = true) {
    self.loadSize = loadSize
    self.largestLoadSize = largestLoadSize ?? loadSize
    self.cropSize = cropSize
    self.flip = flip
  }

  /// Throws `DatasetError` if the sizes do not fit together.
  public func validate() throws {
    guard cropSize >= 1 && cropSize <= loadSize else {
      throw DatasetError.cropLargerThanImage(cropSize: cropSize, loadSize: loadSize)
    }
    guard largestLoadSize >= loadSize else {
      throw DatasetError.loadSizesOutOfOrder(loadSize: loadSize, largestLoadSize: largestLoadSize)
    }
  }

  /// The part without randomness. Its result is what gets cached, and is smaller than a large photo.
  package func prepared(_ image: Image) -> Image {
    // At 8 bits, resizing rounds like Pillow, and so as in the original programs' data sets.
    var image = image.withoutAlpha()
    image.bitDepth = .eight
    return largestLoadSize == loadSize ? image.resized(toWidth: loadSize, height: loadSize) : image
  }

  /// The random part, which uses draws 0 to 3 of `random`.
  func augmented(_ prepared: Image, _ random: Random) -> Image {
    let size = random.integer(in: loadSize..<largestLoadSize + 1, at: 0)
    let cropped = prepared.resized(toWidth: size, height: size).cropped(
      x: random.integer(in: 0..<size - cropSize + 1, at: 1), y: random.integer(in: 0..<size - cropSize + 1, at: 2),
      width: cropSize, height: cropSize)
    return flip && random.uniform(at: 3) < 0.5 ? cropped.flippedHorizontally() : cropped
  }
}
