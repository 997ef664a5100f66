/// The expected cost of computing a large image.
public struct ComputationEstimate: Sendable, Equatable {
  public var width: Int, height: Int
  /// The peak memory in bytes, without the image and its result.
  public var memory: Int
  /// The size of a temporary file in bytes; 0 for none.
  public var temporaryFile: Int
  /// Whether the image is computed in strips, to save memory.
  public var isInStrips: Bool
  /// Whether features kept between strips are rounded to three bytes per value.
  public var isRounded: Bool
  /// Extrapolated from this machine's speed on a small image.
  public var seconds: Double
}
