import Checkpoints
import Datasets
import Foundation
import Images
import Tensors

/// Pairs of images to learn one kind from the other by.
struct PairedProject: TrainingProject {
  private let translation: PairedTranslation
  private let recipe: Recipe
  private let dataset: PairedDataset
  private let previewDataset: PairedDataset
  /// Whole pairs that are not learnt from.
  private let validation: PairedDataset?

  private static let previewCount = 4

  init(_ recipe: Recipe) throws {
    self.recipe = recipe
    let root = URL(filePath: recipe.data.root, directoryHint: .isDirectory)
    func dataset(_ split: String, _ augmentation: Augmentation, batchSize: Int) throws -> PairedDataset {
      try PairedDataset(
        PairedFolder(root: root, split: split), isReversed: recipe.data.direction == .bToA, augmentation: augmentation,
        batchSize: batchSize, seed: recipe.seed)
    }
    self.dataset = try dataset("train", recipe.data.augmentation, batchSize: recipe.batch)
    let heldOut = ["val", "test"].first { PairedFolder.exists(root: root, split: $0) }
    let whole = recipe.data.wholeImages
    validation = try heldOut.map { try dataset($0, whole, batchSize: 1) }
    previewDataset = try dataset(heldOut ?? "train", whole, batchSize: Self.previewCount)
    translation = try PairedTranslation(recipe)
  }

  var task: SupervisedTranslation { translation.task }
  var images: [(name: String, count: Int)] {
    [("train", dataset.pairs.count)] + (validation.map { [("validation", $0.pairs.count)] } ?? [])
  }
  var imagesPerEpoch: Int { dataset.epochLength }
  var notices: [String] { [] }
  var batches: @Sendable (Int) throws -> SupervisedSample { { [dataset] in try dataset.sample(step: $0) } }

  func previews() throws -> SupervisedSample { try previewDataset.sample(step: 0) }

  func validate() throws -> [TrainingValidation.Score]? {
    guard let validation else { return nil }
    let scores = try (0..<validation.epochLength).map { step in
      let pair = try validation.sample(step: step)
      let output = withoutGradients { translation.generator(Tensor(pair.input)).value }
      let (result, truth) = (Image(array: output), Image(array: pair.target))
      return [
        TrainingValidation.Score(.peakSignalToNoiseRatio, try result.peakSignalToNoiseRatio(to: truth)),
        TrainingValidation.Score(.structuralSimilarity, try result.structuralSimilarity(to: truth) ?? 0),
      ]
    }
    return TrainingValidation.means(scores)
  }

  func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    [recipe.finishedModel(translation.generator, translation.description, endOf: phase)]
  }
}

extension Recipe.Data {
  var augmentation: Augmentation {
    Augmentation(
      loadSize: loadSizes.lowerBound, largestLoadSize: loadSizes.upperBound, cropSize: cropSize, flip: flip)
  }

  /// Nothing cut off and nothing mirrored: to look at and to measure by.
  var wholeImages: Augmentation { Augmentation(loadSize: cropSize, cropSize: cropSize, flip: false) }
}
