/// What stands outside of an image's borders.
public enum PaddingMode: String, Sendable, CaseIterable {
  /// Zeros.
  case zero
  /// The image mirrored at its border pixels, which are not repeated.
  case reflection
  /// The border pixels again and again.
  case replication

  /// Which of an axis' positions, `0..<size`, is repeated at a position that may lie outside of it; nil for a zero.
  ///
  /// Where the reflection of an axis ends, it is reflected again: 0, 1, 2, 1, 0, 1, 2, ...
  package func source(of position: Int, size: Int) -> Int? {
    switch self {
    case .zero: return (0..<size).contains(position) ? position : nil
    case .replication: return min(max(position, 0), size - 1)
    case .reflection:
      guard size > 1 else { return 0 }
      let phase = abs(position) % (2 * (size - 1))
      return phase < size ? phase : 2 * (size - 1) - phase
    }
  }
}
