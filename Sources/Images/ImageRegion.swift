/// A rectangle of pixels within an image, measured from its top left corner.
public struct ImageRegion: Sendable, Equatable {
  public var x: Int
  public var y: Int
  public var width: Int
  public var height: Int

  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// Whether it is not empty and lies within an image of `width` by `height`.
  func lies(withinWidth width: Int, height: Int) -> Bool {
    x >= 0 && y >= 0 && self.width > 0 && self.height > 0 && x <= width - self.width && y <= height - self.height
  }

  /// The region of the stored image, `width` by `height` pixels in EXIF orientation 1...8, that this region of the
  /// upright image comes from.
  func stored(inOrientation orientation: Int, width: Int, height: Int) -> ImageRegion {
    var region = (5...8).contains(orientation) ? ImageRegion(x: y, y: x, width: self.height, height: self.width) : self
    if [2, 3, 7, 8].contains(orientation) { region.x = width - region.x - region.width }
    if [3, 4, 6, 7].contains(orientation) { region.y = height - region.y - region.height }
    return region
  }
}
