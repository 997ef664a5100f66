/// What a large image's computation is going to take.
public struct ComputationEstimate: Sendable, Equatable {
  public var width: Int, height: Int
  /// In bytes, besides the image and its result.
  public var memory: Int
  /// In bytes; 0 for none.
  public var temporaryFile: Int
  /// Whether the image is computed in strips, in order to keep within memory.
  public var isInStrips: Bool
  /// Whether what is kept of those is rounded to three bytes a value.
  public var isRounded: Bool
  /// By this machine's speed with a small part of an image.
  public var seconds: Double
}
