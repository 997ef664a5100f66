/// The values outside an image's borders.
public enum PaddingMode: String, Sendable, CaseIterable {
  /// Zeros.
  case zero
  /// The image mirrored about its border pixels, which are not repeated.
  case reflection
  /// The border pixels, repeated.
  case replication

  /// The position in `0..<size` whose value `position`, which may be outside, takes; nil for a zero.
  ///
  /// Beyond one reflection, the axis is reflected again: 0, 1, 2, 1, 0, 1, 2, ...
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
