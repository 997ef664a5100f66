/// What stands outside of an image's borders.
public enum PaddingMode: String, Sendable, CaseIterable {
  /// Zeros.
  case zero
  /// The image mirrored at its border pixels, which are not repeated.
  case reflection
  /// The border pixels again and again.
  case replication
}
