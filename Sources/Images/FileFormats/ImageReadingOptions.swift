/// How image files are read.
public struct ImageReadingOptions: Sendable, Equatable {
  /// 16384 x 16384 pixels, or three gigabytes in RGB.
  public static let defaultLargestPixelCount = 1 << 28

  /// Larger images are refused before memory is allocated for them.
  public var largestPixelCount: Int
  /// Whether a damaged file is read as far as it can be decoded, with the remaining pixels gray, instead of refused.
  public var isLenient: Bool

  public init(largestPixelCount: Int = Self.defaultLargestPixelCount, isLenient: Bool = false) {
    self.largestPixelCount = largestPixelCount
    self.isLenient = isLenient
  }
}
