import Images

/// The format in which results are written.
public enum OutputFormat: String, Sendable, CaseIterable {
  /// The format of each one's input.
  case same
  case png
  case jpg
}
