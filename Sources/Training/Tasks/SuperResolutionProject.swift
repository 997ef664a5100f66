import Checkpoints
import Datasets
import Foundation
import Images
import Tensors

/// A folder of images to learn enlarging from, and maybe one to measure on.
struct SuperResolutionProject: TrainingProject {
  private let superResolution: SuperResolution
  private let recipe: Recipe
  private let dataset: SuperResolutionDataset
  private let previewDataset: SuperResolutionDataset
  private let validation: ImageFolder?

  private static let previewCount = 4

  init(_ recipe: Recipe) throws {
    self.recipe = recipe
    func dataset(_ folder: String, batchSize: Int, isMoved: Bool) throws -> SuperResolutionDataset {
      try SuperResolutionDataset(
        root: URL(filePath: folder, directoryHint: .isDirectory),
        crop: SuperResolutionCrop(
          size: recipe.data.cropSize, scale: recipe.generator.scale, flip: isMoved && recipe.data.flip,
          rotate: isMoved && recipe.data.rotate, smallest: isMoved ? recipe.data.smallest : 1,
          degradation: recipe.data.degradation == .realistic ? recipe.degradation : nil),
        batchSize: batchSize, seed: recipe.seed)
    }
    self.dataset = try dataset(recipe.data.root, batchSize: recipe.batch, isMoved: true)
    let hasValidation = !recipe.data.validation.isEmpty
    previewDataset = try dataset(
      hasValidation ? recipe.data.validation : recipe.data.root, batchSize: Self.previewCount, isMoved: false)
    validation =
      hasValidation ? try ImageFolder(URL(filePath: recipe.data.validation, directoryHint: .isDirectory)) : nil
    superResolution = try SuperResolution(recipe)
  }

  var task: SupervisedTranslation { superResolution.task }
  var images: [(name: String, count: Int)] {
    [("training", dataset.count)] + (validation.map { [("validation", $0.count)] } ?? [])
  }
  var imagesPerEpoch: Int { dataset.epochLength }
  var notices: [String] {
    guard dataset.leftOut > 0 else { return [] }
    return ["\(dataset.leftOut) images are smaller than data.cropSize, \(dataset.crop.size), and left out"]
  }
  var batches: @Sendable (Int) throws -> SupervisedSample { { [dataset] in try dataset.sample(step: $0) } }

  func previews() throws -> SupervisedSample { try previewDataset.sample(step: 0) }

  func validate() throws -> [TrainingValidation.Score]? {
    guard let validation else { return nil }
    return try SuperResolutionScore.mean(of: superResolution.generator, on: validation)
  }

  func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    [recipe.finishedModel(superResolution.generator, superResolution.description, endOf: phase)]
  }
}
