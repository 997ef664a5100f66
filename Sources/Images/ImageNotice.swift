/// What a person should know of an image that was read or written all the same.
public enum ImageNotice: Sendable, Equatable, CustomStringConvertible {
  /// Of an animation.
  case firstFrame(of: Int)
  /// What could not be decoded is gray; rows above `row`, in the file's own orientation, are whole.
  case incomplete(reason: String, row: Int)
  case profileIgnored(reason: String)
  /// Metadata that a result lacks.
  case leftOut(String, reason: String)

  public var description: String {
    switch self {
    case .firstFrame(let count):
      "it is animated, and its first frame of \(count) is all that is read"
    case .incomplete(let reason, let row):
      "it is damaged, and what is missing\(row > 0 ? " from row \(row) on" : "") is gray: \(reason)"
    case .profileIgnored(let reason):
      "its colour profile is ignored, and its colours are taken for sRGB: \(reason)"
    case .leftOut(let part, let reason):
      "its \(part) is left out: \(reason)"
    }
  }
}
