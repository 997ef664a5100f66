/// A height and a width, in pixels: an image's or a kernel's size, or a stride.
public struct Size: Hashable, Sendable {
  public var height: Int, width: Int

  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The same number for both axes.
  public init(_ both: Int) { self.init(height: both, width: both) }
}

/// The numbers of rows and columns added on each side of an image.
public struct Padding: Hashable, Sendable {
  public var top: Int, left: Int, bottom: Int, right: Int

  public init(top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  /// The same number on all sides.
  public init(_ all: Int) { self.init(top: all, left: all, bottom: all, right: all) }
}
