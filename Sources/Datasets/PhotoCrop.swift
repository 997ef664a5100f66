import Foundation
import Images
import Tensors

/// A random crop of a photo, resized to a square.
///
/// The crop covers a share of the photo's area that is drawn from `smallestArea ... 1`. Its aspect differs from the
/// photo's by up to 12 %, or less where the crop would not fit, and it lies anywhere in the photo.
public struct PhotoCrop: Sendable, Equatable {
  /// The side of the result in pixels.
  public var size: Int
  /// The smallest share of the photo's area, above 0 and at most 1.
  public var smallestArea: Double
  /// Whether half of the crops are mirrored left to right.
  public var flip: Bool

  /// The largest ratio of a crop's aspect to the photo's.
  private static let largestStretch = 1.12

  public init(size: Int, smallestArea: Double, flip: Bool = true) {
    self.size = size
    self.smallestArea = smallestArea
    self.flip = flip
  }

  /// The whole photo, squashed to a square: for measurements.
  public static func whole(size: Int) -> PhotoCrop { PhotoCrop(size: size, smallestArea: 1, flip: false) }

  /// Throws `DatasetError` for unusable values.
  func validate() throws(DatasetError) {
    guard size >= 1 else {
      throw DatasetError.unusableSetting(name: "the crop's size", value: "\(size)", expectation: "1 or more")
    }
    guard smallestArea > 0, smallestArea <= 1 else {
      throw DatasetError.unusableSetting(
        name: "the smallest area", value: "\(smallestArea)", expectation: "a number above 0 and up to 1")
    }
  }

  /// The part of a photo to crop; uses draws 0 to 2 of `random`.
  package func region(inWidth width: Int, height: Int, _ random: Random) -> ImageRegion {
    let draws = random.uniforms(at: 0)
    let area = smallestArea + (1 - smallestArea) * Double(draws.x)
    // Neither side may exceed the photo's, so that the area is as drawn; the whole photo keeps its aspect.
    let largest = min(Self.largestStretch, 1 / area)
    let stretch = pow(largest, 2 * Double(draws.y) - 1)
    func side(_ length: Int, _ share: Double) -> Int {
      min(length, max(1, Int((Double(length) * share.squareRoot()).rounded())))
    }
    let (wide, high) = (side(width, area * stretch), side(height, area / stretch))
    return ImageRegion(
      x: random.integer(in: 0..<width - wide + 1, at: 1), y: random.integer(in: 0..<height - high + 1, at: 2),
      width: wide, height: high)
  }

  /// The cropped region as a square, mirrored or not by draw 0 of `random`.
  func square(_ region: Image, _ random: Random) -> Image {
    var region = region
    // At this depth, resizing does not round.
    region.bitDepth = .sixteen
    let square = region.resized(toWidth: size, height: size)
    return flip && random.uniforms(at: 0).z < 0.5 ? square.flippedHorizontally() : square
  }
}
