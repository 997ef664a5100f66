import Images

/// In which format results are written.
public enum OutputFormat: String, Sendable, CaseIterable {
  /// Each file in its input's.
  case same
  case png
  case jpg
}
