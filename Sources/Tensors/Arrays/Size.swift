/// Two numbers for the two axes of an image, such as a stride or a kernel's size.
public struct Size: Hashable, Sendable {
  public var height: Int, width: Int

  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The same for both.
  public init(_ both: Int) { self.init(height: both, width: both) }
}

/// Rows and columns added around an image.
public struct Padding: Hashable, Sendable {
  public var top: Int, left: Int, bottom: Int, right: Int

  public init(top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  /// The same on all sides.
  public init(_ all: Int) { self.init(top: all, left: all, bottom: all, right: all) }
}
