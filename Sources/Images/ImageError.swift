import Foundation

/// An image file that cannot be read or written, or pixels that do not make an image; `path` is the file's path.
public enum ImageError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case cannotRead(path: String, reason: String)
  /// `beginning` shows the file's first bytes.
  case notAnImage(path: String, beginning: String)
  /// A file of a known kind that is not read.
  case notRead(path: String, kind: ImageFileKind)
  case damaged(path: String, reason: String)
  /// A file of a kind that is read, but in a form that is not; it need not be damaged.
  case unsupported(path: String, reason: String)
  /// `limit` is `ImageReadingOptions.largestPixelCount`.
  case tooLarge(path: String, width: Int, height: Int, limit: Int)
  /// `path` is nil for an image that was not read from a file.
  case outside(path: String?, region: ImageRegion, width: Int, height: Int)
  case cannotEncode(path: String, reason: String)
  /// Values that do not fill an image, or dimensions that no image can have.
  case invalid(reason: String)
  /// Two images that differ in something they should share.
  case unlike(first: String, second: String)

  public var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      "cannot read \(path): \(reason)"
    case .notAnImage(let path, let beginning):
      "\(path) is not an image of a known kind: it \(beginning.isEmpty ? "is empty" : "begins with \(beginning)")"
    case .notRead(let path, let kind):
      "\(path) is \(kind.name), which is not read: \(kind.remedy) first"
    case .damaged(let path, let reason):
      "\(path) is damaged or of an unknown kind: \(reason)"
    case .unsupported(let path, let reason):
      "\(path) is of a form that is not read: \(reason)"
    case .tooLarge(let path, let width, let height, let limit):
      "\(path) is too large: \(width)x\(height) pixels, where at most \(limit) pixels are read"
    case .outside(let path, let region, let width, let height):
      "\(path ?? "an image") measures \(width)x\(height): \(region.width)x\(region.height) pixels at (\(region.x), \(region.y)) "
        + "reach outside it"
    case .cannotEncode(let path, let reason):
      "cannot make \(path): \(reason)"
    case .invalid(let reason):
      reason
    case .unlike(let first, let second):
      "two images should be alike, and one has \(first) where the other has \(second)"
    }
  }

  public var errorDescription: String? { description }
}
