import Datasets
import Foundation

/// What generators learn from: images, or points that are drawn.
struct GenerationSource: Sendable {
  private enum Form: Sendable {
    case images(LabelledDataset)
    case ring(PointRing)
  }

  private let form: Form
  private let batchSize: Int

  /// Throws `DatasetError`.
  init(_ recipe: Recipe) throws {
    batchSize = recipe.batch
    switch recipe.data.source {
    case .ring: form = .ring(PointRing(batchSize: recipe.batch, seed: recipe.seed))
    case .files:
      let images = try LabelledSets(URL(filePath: recipe.data.root)).training
      form = .images(
        try LabelledDataset(
          images, augmentation: recipe.data.augmentation, channels: images.areGray ? 1 : 3, batchSize: recipe.batch,
          seed: recipe.seed))
    }
  }

  /// Of points, there is no end; so many count as an epoch.
  private static let pointsOfEpoch = 10_000

  var name: String { if case .ring = form { "points" } else { "training" } }
  var count: Int { if case .images(let data) = form { data.images.count } else { Self.pointsOfEpoch } }
  var channels: Int { if case .images(let data) = form { data.channels } else { 2 } }
  var classes: [String] { if case .images(let data) = form { data.images.classes } else { [] } }
  var notices: [String] { if case .images(let data) = form { data.images.notices } else { [] } }
  func newNotices() -> [String] { if case .images(let data) = form { data.images.newNotices() } else { [] } }

  func sample(step: Int) throws -> LabelledSample {
    switch form {
    case .images(let data): try data.sample(step: step)
    case .ring(let ring): ring.sample(step: step)
    }
  }

  /// The first images, or the first of each class; always the same.
  func previews(_ ofEachClass: Int?, count: Int) throws -> LabelledSample {
    switch form {
    case .ring(let ring): return ring.sample(step: -1)
    case .images(let data):
      guard let ofEachClass else { return try data.images(0..<count) }
      let labels = data.images.labels
      let places = classes.indices.flatMap { label in
        labels.indices.filter { labels[$0] == label }.prefix(ofEachClass)
      }
      return try data.images(at: places)
    }
  }
}
