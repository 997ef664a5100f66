import Foundation

/// A folder of images, and how much they count beside those of other folders.
public struct WeightedFolder: Sendable {
  public var url: URL
  /// How often each of its images is drawn, relative to those of other folders; above 0.
  public var weight: Double

  public init(url: URL, weight: Double = 1) {
    self.url = url
    self.weight = weight
  }

  /// Throws `DatasetError` for an unusable weight.
  func validate() throws(DatasetError) {
    guard weight > 0, weight.isFinite else {
      throw DatasetError.unusableSetting(
        name: "the weight of \(url.relativePath)", value: "\(weight)", expectation: "a number above 0")
    }
  }
}
