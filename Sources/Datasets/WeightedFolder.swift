import Foundation

/// A folder of images, and how much they count beside those of other folders.
public struct WeightedFolder: Sendable {
  public var url: URL
  /// How often each of its images is drawn, relative to those of other folders; 0.000001...1000000.
  public var weight: Double

  public init(url: URL, weight: Double = 1) {
    self.url = url
    self.weight = weight
  }

  /// Sums and ratios of weights in this range are exact enough to draw by.
  private static let weights = 0.000001...1_000_000

  /// Throws `DatasetError` for an unusable weight.
  func validate() throws(DatasetError) {
    guard Self.weights.contains(weight) else {
      throw DatasetError.unusableSetting(
        name: "the weight of \(url.relativePath)", value: "\(weight)",
        expectation: "a number from 0.000001 to 1000000")
    }
  }
}
