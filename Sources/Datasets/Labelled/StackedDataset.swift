import Foundation
import Tensors

/// Batches of three images each, put into red, green and blue: of ten kinds of images a thousand, by which one sees whether a
/// generator leaves some out (Metz et al. 2017).
public struct StackedDataset: Sendable {
  /// How many images are stacked.
  public static let layers = 3

  /// Gray ones.
  public let data: LabelledDataset

  /// Throws `DatasetError` if the images have colours, or are not of several classes.
  public init(_ data: LabelledDataset) throws(DatasetError) {
    guard data.channels == 1 else {
      throw .unusableSetting(
        name: "data.source", value: "stacked", expectation: "files of images with colours: only gray ones are stacked")
    }
    guard data.images.classes.count > 1 else {
      throw .unusableSetting(
        name: "data.source", value: "stacked",
        expectation: "files of images without classes: those that are stacked lie in a subfolder for each class")
    }
    self.data = data
  }

  /// The batch of one training step, counted from 0.
  public func sample(step: Int) throws -> LabelledSample {
    Self.stacked(try (0..<Self.layers).map { try data.sample(step: Self.layers * step + $0) })
  }

  /// The same images for the same range.
  public func images(_ range: Range<Int>) throws -> LabelledSample {
    let count = data.images.count
    return Self.stacked(
      try (0..<Self.layers).map { layer in
        try data.images(at: range.map { (Self.layers * $0 + layer) % count })
      })
  }

  private static func stacked(_ layers: [LabelledSample]) -> LabelledSample {
    LabelledSample(
      images: withoutGradients { concatenated(layers.map { Tensor($0.images) }, axis: 3).value })
  }
}
