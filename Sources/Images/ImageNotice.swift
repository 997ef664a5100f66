/// Something worth knowing about an image that could be read or written nevertheless.
public enum ImageNotice: Sendable, Equatable, CustomStringConvertible {
  /// Only the first frame of an animation was read.
  case firstFrame(of: Int)
  /// Only the first page of several was read.
  case firstPage(of: Int)
  /// The pixels that could not be decoded are gray; rows above `row`, in the file's own orientation, are complete.
  case incomplete(reason: String, row: Int)
  case profileIgnored(reason: String)
  /// Metadata that could not be kept.
  case leftOut(String, reason: String)

  public var description: String {
    switch self {
    case .firstFrame(let count):
      "it is animated, and its first frame of \(count) is all that is read"
    case .firstPage(let count):
      "it has \(count) pages, and the first is all that is read"
    case .incomplete(let reason, let row):
      "it is damaged, and what is missing\(row > 0 ? " from row \(row) on" : "") is gray: \(reason)"
    case .profileIgnored(let reason):
      "its colour profile is ignored, and its colours are taken for sRGB: \(reason)"
    case .leftOut(let part, let reason):
      "its \(part) is left out: \(reason)"
    }
  }
}
