import Checkpoints
import Datasets
import Foundation
import Models
import Tensors

public typealias CycleGANProject = UnpairedProject<CycleGAN>

/// Translation learnt from two folders of unrelated images, by a method such as CycleGAN.
public struct UnpairedProject<Task: UnpairedTask>: TrainingProject {
  public static var name: String { Task.name }
  public static var summary: String { Task.summary }
  public static var keys: [RecipeKey] {
    RecipeSection.data.keys(.root, .loadSize, .largestLoadSize, .cropSize, .flip) + Task.keys + Recipe.epochKeys
      + RecipeSection.output.keys(.checkpointEvery, .sampleEvery, .validateEvery, .weights, .licence)
      + Recipe.validationKeys
  }
  public static func setDefaults(of recipe: inout Recipe) { Task.setDefaults(of: &recipe) }
  public static func check(_ recipe: Recipe) throws(RecipeProblem) { try Task.check(recipe) }

  public static func benchmark(_ recipe: Recipe) throws -> TaskBenchmark<Task>? {
    func images(_ domain: String) -> NDArray {
      RandomImages.array(domain, batch: recipe.batch, size: recipe.data.cropSize)
    }
    return TaskBenchmark(try Task(recipe), UnpairedSample(a: images("A"), b: images("B")))
  }

  public let task: Task
  private let recipe: Recipe
  private let dataset: UnpairedDataset
  private let previewDataset: UnpairedDataset
  /// Nil without test folders.
  private let validation: UnpairedValidation?
  /// Nil without test folders.
  private let testDataset: UnpairedDataset?

  public init(_ recipe: Recipe) throws {
    var recipe = recipe
    let root = URL(filePath: recipe.data.root, directoryHint: .isDirectory)
    var dataset = try UnpairedDataset(
      root: root, augmentation: recipe.data.augmentation, batchSize: recipe.batch, seed: recipe.seed)
    recipe.decideChannels(
      grayA: dataset.domainA.areGray, grayB: dataset.domainB.areGray, direction: recipe.data.direction)
    dataset.channels = recipe.channels(in: recipe.data.direction)
    let hasTest = ["testA", "testB"].allSatisfy {
      FileManager.default.fileExists(atPath: root.appending(path: $0).path)
    }
    var testDataset =
      hasTest
      ? try UnpairedDataset(
        root: root, split: "test", augmentation: recipe.data.augmentation, batchSize: recipe.batch, seed: recipe.seed,
        cacheBudget: 0) : nil
    testDataset?.channels = dataset.channels
    // Neither cropped nor flipped.
    previewDataset = try (testDataset ?? dataset).with(recipe.data.wholeImages, batchSize: 3)
    validation = try testDataset.map { try UnpairedValidation($0, recipe) }
    try recipe.checkMeasured(hasTest, on: "testA and testB")
    task = try Task(recipe)
    (self.recipe, self.dataset, self.testDataset) = (recipe, dataset, testDataset)
  }

  public var images: [(name: String, count: Int)] {
    [("trainA", dataset.domainA.count), ("trainB", dataset.domainB.count)] + (validation?.images ?? [])
  }
  public var imagesPerEpoch: Int { dataset.epochLength }
  public var notices: [String] {
    let folders = [dataset, testDataset].compactMap { $0 }.flatMap { $0.domainA.notices + $0.domainB.notices }
    let (input, output) = (recipe.generator.inputChannels.rawValue, recipe.generator.outputChannels.rawValue)
    guard input != output else { return folders }
    return folders + [
      "from \(input) to \(output) channels: there are no identity losses, for which a generator would have to take its target"
    ]
  }
  public func newNotices() -> [String] { dataset.newNotices() + (testDataset?.newNotices() ?? []) }
  public var batches: @Sendable (Int) throws -> UnpairedSample { { [dataset] in try dataset.sample(step: $0) } }

  /// Neither cropped nor flipped; from the test folders if there are any.
  public func previews() throws -> UnpairedSample { try previewDataset.sample(step: 0) }
  public var heldOut: ((Int) throws -> UnpairedSample)? { testDataset.map { data in { try data.sample(step: $0) } } }

  public func validate() throws -> [TrainingValidation.Score]? { try validation?.scores(of: task.models) }

  public func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel] {
    task.models.map { direction, generator in
      FinishedModel(
        name: direction.rawValue, network: generator,
        description: ModelDescription(
          task: Self.name, direction: direction, network: NetworkDescription(of: generator)))
    }
  }
}
