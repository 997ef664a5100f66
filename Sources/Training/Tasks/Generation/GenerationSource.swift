import Datasets
import Foundation
import Pipelines
import Tensors

/// What generators learn from: images, or points that are drawn.
struct GenerationSource: Sendable {
  private enum Form: Sendable {
    case images(LabelledDataset)
    case captions(LabelledDataset, CaptionVectors)
    case ring(PointRing)
    case stacked(StackedDataset)
  }

  private let form: Form
  private let batchSize: Int

  /// Throws `DatasetError`, `RecipeProblem` for files that are not there, `CheckpointError` for vectors of no use.
  init(_ recipe: Recipe) throws {
    batchSize = recipe.batch
    let root = URL(filePath: recipe.data.root)
    func dataset(_ images: LabelledImages, _ vectors: NDArray? = nil) throws -> LabelledDataset {
      try LabelledDataset(
        images, augmentation: recipe.data.augmentation, channels: images.areGray ? 1 : 3, batchSize: recipe.batch,
        vectors: vectors, seed: recipe.seed)
    }
    switch recipe.data.source {
    case .ring: form = .ring(PointRing(batchSize: recipe.batch, seed: recipe.seed))
    case .stacked: form = .stacked(try StackedDataset(dataset(LabelledSets(root).training)))
    case .files where recipe.data.captions.isEmpty: form = .images(try dataset(LabelledSets(root).training))
    case .files:
      let captions = try CaptionVectors(
        captions: recipe.file(recipe.data.captions, of: "data.captions"),
        vectors: recipe.file(recipe.data.vectors, of: "data.vectors"))
      try recipe.check(captions)
      let images = try LabelledImages(in: root, captions: captions.file)
      form = .captions(try dataset(images, captions.vectors), captions)
    }
  }

  /// Of points, there is no end; so many count as an epoch.
  private static let pointsOfEpoch = 10_000

  /// Nil of points.
  private var data: LabelledDataset? {
    switch form {
    case .images(let data), .captions(let data, _): data
    case .stacked(let stacked): stacked.data
    case .ring: nil
    }
  }

  var name: String { data == nil ? "points" : "training" }
  var count: Int { data?.images.count ?? Self.pointsOfEpoch }
  var channels: Int {
    switch form {
    case .images(let data), .captions(let data, _): data.channels
    case .stacked: StackedDataset.layers
    case .ring: 2
    }
  }
  /// Of the images; empty where they are not to be told apart by one.
  var classes: [String] { if case .images(let data) = form { data.images.classes } else { [] } }
  /// Of the images that are stacked.
  var stackedClasses: Int { if case .stacked(let stacked) = form { stacked.data.images.classes.count } else { 0 } }
  /// How many values say what an image is of: the number of classes, or the width of captions' vectors.
  var conditionWidth: Int { if case .captions(_, let captions) = form { captions.width } else { classes.count } }
  var hasCaptions: Bool { if case .captions = form { true } else { false } }
  var notices: [String] { data?.images.notices ?? [] }
  func newNotices() -> [String] { data?.images.newNotices() ?? [] }

  /// What images to be made are of, by turns; nil without classes and captions.
  ///
  /// - Parameter places: of the images, from 0 on.
  func conditions(_ places: Range<Int>) -> NDArray? {
    if case .captions(_, let captions) = form { return captions[places.map { $0 % captions.file.captions.count }] }
    return classes.isEmpty ? nil : LabelledSample.classes(places.map { $0 % classes.count }, of: classes.count)
  }

  func sample(step: Int) throws -> LabelledSample {
    switch form {
    case .images(let data), .captions(let data, _): try data.sample(step: step)
    case .ring(let ring): ring.sample(step: step)
    case .stacked(let stacked): try stacked.sample(step: step)
    }
  }

  /// The first images, or the first of each class; always the same.
  func previews(_ ofEachClass: Int?, count: Int) throws -> LabelledSample {
    switch form {
    case .ring(let ring): return ring.sample(step: -1)
    case .stacked(let stacked): return try stacked.images(0..<count)
    case .captions(let data, _): return try data.images(0..<count)
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

extension Recipe {
  /// The widths of vectors that networks take.
  private static let widths = 2...4096
  /// The most values that the condition label, which becomes channels of images, may have.
  private static let mostChannels = 1021

  fileprivate func check(_ captions: CaptionVectors) throws(RecipeProblem) {
    guard Self.widths.contains(captions.width) else {
      throw RecipeProblem(
        "data.vectors", "data.vectors has rows of \(captions.width) values, expected 2 to \(Self.widths.upperBound)")
    }
    if synthesis.condition == .label, captions.width > Self.mostChannels {
      throw RecipeProblem(
        "data.vectors",
        "data.vectors has rows of \(captions.width) values, of which the condition label takes at most \(Self.mostChannels): set "
          + "synthesis.condition to projection")
    }
  }
}
