import Checkpoints
import Datasets
import Foundation
import Images
import Tensors

/// A folder of images to learn enlarging from, and maybe one to measure on.
struct SuperResolutionProject: TrainingProject {
  let task: SuperResolution
  private let dataset: SuperResolutionDataset
  private let previewDataset: SuperResolutionDataset
  private let validation: ImageFolder?

  private static let previewCount = 4

  init(_ recipe: Recipe) throws {
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
    task = try SuperResolution(recipe)
  }

  var images: [(name: String, count: Int)] {
    [("training", dataset.count)] + (validation.map { [("validation", $0.count)] } ?? [])
  }
  var imagesPerEpoch: Int { dataset.epochLength }
  var notices: [String] {
    guard dataset.leftOut > 0 else { return [] }
    return ["\(dataset.leftOut) images are smaller than data.cropSize, \(dataset.crop.size), and left out"]
  }
  var batches: @Sendable (Int) throws -> SuperResolutionSample { { [dataset] in try dataset.sample(step: $0) } }

  func previews() throws -> SuperResolutionSample { try previewDataset.sample(step: 0) }

  func validate() throws -> TrainingValidation.Scores? {
    guard let validation else { return nil }
    return try SuperResolutionScore.mean(of: task.generator, on: validation)
  }

  func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    let description = ModelDescription(task: Recipe.Task.superResolution.rawValue, network: task.description)
    return [FinishedModel(name: phase.rawValue, network: task.generator, description: description)]
  }
}
