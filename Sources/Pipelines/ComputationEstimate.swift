/// What computing a large image is expected to take.
public struct ComputationEstimate: Sendable, Equatable {
  public var width: Int, height: Int
  /// The peak memory in bytes, besides the image and its result.
  public var memory: Int
  /// The size of a temporary file in bytes; 0 for none.
  public var temporaryFile: Int
  /// Whether the image is computed in strips, to keep within memory.
  public var isInStrips: Bool
  /// Whether features that are kept between strips are rounded to three bytes a value.
  public var isRounded: Bool
  /// From this machine's speed with a small image.
  public var seconds: Double
}
