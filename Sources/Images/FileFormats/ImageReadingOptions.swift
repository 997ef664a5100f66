/// How image files are read.
public struct ImageReadingOptions: Sendable, Equatable {
  /// 16384 x 16384: three gigabytes of RGB pixels.
  public static let defaultLargestPixelCount = 1 << 28

  /// Larger images are refused before memory is taken for them.
  public var largestPixelCount: Int
  /// Whether a damaged file is read as far as it can be decoded, its other pixels being gray, instead of refused.
  public var isLenient: Bool

  public init(largestPixelCount: Int = Self.defaultLargestPixelCount, isLenient: Bool = false) {
    self.largestPixelCount = largestPixelCount
    self.isLenient = isLenient
  }
}
