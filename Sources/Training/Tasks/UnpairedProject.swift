import Checkpoints
import Datasets
import Foundation

/// Two folders of images for a CycleGAN.
struct UnpairedProject: TrainingProject {
  let task: CycleGAN
  private let dataset: UnpairedDataset
  private let previewDataset: UnpairedDataset

  init(_ recipe: Recipe) throws {
    let root = URL(filePath: recipe.data.root, directoryHint: .isDirectory)
    dataset = try UnpairedDataset(
      root: root, augmentation: recipe.data.augmentation, batchSize: recipe.batch, seed: recipe.seed)
    previewDataset = try Self.previewDataset(root: root, recipe)
    task = CycleGAN(recipe)
  }

  /// Whole and unmirrored: of the test folders where there are any.
  private static func previewDataset(root: URL, _ recipe: Recipe) throws -> UnpairedDataset {
    let hasTest = ["testA", "testB"].allSatisfy {
      FileManager.default.fileExists(atPath: root.appending(path: $0).path)
    }
    return try UnpairedDataset(
      root: root, split: hasTest ? "test" : "train",
      augmentation: recipe.data.wholeImages, batchSize: 3, seed: recipe.seed)
  }

  var images: [(name: String, count: Int)] {
    [("trainA", dataset.domainA.count), ("trainB", dataset.domainB.count)]
  }
  var imagesPerEpoch: Int { dataset.epochLength }
  var notices: [String] { [] }
  var batches: @Sendable (Int) throws -> UnpairedSample { { [dataset] in try dataset.sample(step: $0) } }

  func previews() throws -> UnpairedSample { try previewDataset.sample(step: 0) }

  /// Unpaired images have no truth to measure against.
  func validate() -> [TrainingValidation.Score]? { nil }

  func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    task.models.map { direction, generator in
      let description = ModelDescription(
        task: Recipe.Task.cyclegan.rawValue, direction: direction, network: task.description)
      return FinishedModel(name: direction.rawValue, network: generator, description: description)
    }
  }
}
