import Checkpoints
import Datasets
import Files
import Foundation
import Images
import Layers
import Tensors

/// A recipe at work in its run folder, from the first step or from the newest checkpoint to the finished models.
public final class TrainingRun {
  /// Checkpoints beyond these are deleted: the newest to go on from, the one before in case the newest cannot be read.
  private static let checkpointsKept = 2

  private let recipe: Recipe
  private let folder: RunFolder
  private let folderLock: FolderLock
  private let listeners: [any TrainingListener]
  private let dataset: UnpairedDataset
  private let previews: UnpairedDataset
  private let length: TrainingLength
  private let trainer: Trainer<CycleGAN>

  /// Makes the run folder and, to resume, reads its newest checkpoint.
  ///
  /// Throws `DatasetError` for images that are not there, `RunFolderError` or `FileError` for a folder that cannot be used
  /// so, `CheckpointError` for a checkpoint that cannot be read.
  public init(recipe: Recipe, folder: RunFolder, resume: Bool, listeners: [any TrainingListener]) throws {
    self.recipe = recipe
    self.folder = folder
    self.listeners = listeners
    let root = URL(filePath: recipe.data.root, directoryHint: .isDirectory)
    dataset = try UnpairedDataset(
      root: root, augmentation: recipe.data.augmentation, batchSize: recipe.batch, seed: recipe.seed)
    previews = try Self.previewDataset(root: root, recipe)
    length = TrainingLength(recipe.schedule, imagesPerEpoch: dataset.epochLength, batch: recipe.batch)
    trainer = Trainer(
      CycleGAN(recipe), optimizer: recipe.optimizer,
      schedule: LinearDecay(
        learningRate: recipe.optimizer.learningRate, constantSteps: length.constantSteps,
        decaySteps: length.totalSteps - length.constantSteps),
      memory: recipe.memory, averageDecay: recipe.generator.average, seed: recipe.seed)
    folderLock = try folder.prepare(for: recipe, resume: resume)
    if resume { try restoreNewestCheckpoint() }
  }

  private func restoreNewestCheckpoint() throws {
    let steps = folder.checkpointSteps
    guard let newest = steps.last else { return }
    let file = folder.checkpoint(step: newest)
    let state: TrainingState
    do {
      state = try TrainingState(contentsOf: file)
    } catch let error as CheckpointError {
      let remedy = steps.dropLast().last.map { "go on from step \($0)" } ?? "begin again"
      throw CheckpointError(file: file.relativePath, problem: "\(error.problem); delete it to \(remedy)")
    }
    try trainer.restore(state, file: file.relativePath)
  }

  /// Trains to the end, or until `shouldStop`, which is asked after each step, says so.
  ///
  /// Either way the folder then holds a checkpoint of the last step; at the end also the models.
  public func run(shouldStop: () -> Bool = { false }) throws -> TrainingEnd {
    try tell(.started(start))
    let prefetcher = Prefetcher(from: trainer.step, ahead: 3, threads: 1) { [dataset] in try dataset.sample(step: $0) }
    defer { prefetcher.stop() }
    var isStopped = false
    while trainer.step < length.totalSteps, !isStopped {
      try takeStep(prefetcher)
      isStopped = shouldStop()
      let isLast = isStopped || trainer.step == length.totalSteps
      if trainer.step % recipe.output.sampleEvery == 0 || trainer.step == length.totalSteps { try writeSamples() }
      if trainer.step % recipe.output.checkpointEvery == 0 || isLast { try writeCheckpoint() }
    }
    let isComplete = trainer.step >= length.totalSteps
    let end = TrainingEnd(
      reason: isComplete ? .completed : .interrupted, step: trainer.step, totalSteps: length.totalSteps,
      models: isComplete ? try writeModels() : [])
    try tell(.finished(end))
    return end
  }

  private func takeStep(_ prefetcher: Prefetcher<UnpairedSample>) throws {
    let began = ContinuousClock.now
    let report = trainer.step(try prefetcher.next())
    let seconds = began.duration(to: .now) / .seconds(1)
    let step = TrainingStep(
      step: trainer.step, totalSteps: length.totalSteps, epoch: length.epoch(ofStep: trainer.step),
      learningRate: report.learningRate, losses: report.losses, seconds: seconds)
    try tell(.step(step))
    if let broken = report.losses.first(where: { !$0.value.isFinite }) {
      throw TrainingError.diverged(step: trainer.step, loss: broken.name, run: folder.root.relativePath)
    }
  }

  private func writeSamples() throws {
    let batch = try previews.sample(step: 0)
    let rows = trainer.withAveragedGenerators { trainer.task.sampleRows(batch) }
    let file = folder.sampleGrid(step: trainer.step)
    try Image.grid(rows: rows).write(to: file, format: .png)
    try tell(.samples(step: trainer.step, file: file))
  }

  private func writeCheckpoint() throws {
    let file = folder.checkpoint(step: trainer.step)
    try trainer.state.write(to: file, recipe: recipe)
    for old in folder.checkpointSteps.dropLast(Self.checkpointsKept) {
      try? FileManager.default.removeItem(at: folder.checkpoint(step: old))
    }
    try tell(.checkpoint(step: trainer.step, file: file))
  }

  private func writeModels() throws -> [URL] {
    try trainer.withAveragedGenerators {
      try trainer.task.models.map { direction, generator in
        var description = ModelDescription(
          task: recipe.task.rawValue, direction: direction, network: .resnet(generator.configuration))
        description.name = folder.name
        description.version = GuiseVersion.current
        description.recipe = recipeWithoutPath.yaml
        description.licence = recipe.output.licence.isEmpty ? nil : recipe.output.licence
        description.trainingSteps = trainer.step
        let file = folder.model(direction: direction.rawValue)
        try ModelFile.write(
          generator, description: description,
          storage: recipe.output.weights == .float16 ? .float16 : .float32, to: file)
        return file
      }
    }
  }

  /// Where the images lie on the machine that trained is nobody else's business: a model names their folder alone.
  private var recipeWithoutPath: Recipe {
    var recipe = recipe
    recipe.data.root = URL(filePath: recipe.data.root).lastPathComponent
    return recipe
  }

  private var start: TrainingStart {
    TrainingStart(
      recipe: recipe, length: length, resumedStep: trainer.step,
      images: [("trainA", dataset.domainA.count), ("trainB", dataset.domainB.count)],
      parameters: (trainer.task.generators + trainer.task.discriminators).map {
        ($0.name, $0.network.parameterCount)
      })
  }

  private func tell(_ event: TrainingEvent) throws {
    for listener in listeners { try listener.receive(event) }
  }

  /// The same few images at every grid, whole and unmirrored: of the test folders where there are any.
  private static func previewDataset(root: URL, _ recipe: Recipe) throws -> UnpairedDataset {
    let hasTest = ["testA", "testB"].allSatisfy {
      FileManager.default.fileExists(atPath: root.appending(path: $0).path)
    }
    let size = recipe.data.cropSize
    return try UnpairedDataset(
      root: root, split: hasTest ? "test" : "train",
      augmentation: Augmentation(loadSize: size, cropSize: size, flip: false), batchSize: 3, seed: recipe.seed)
  }
}

extension Recipe.Data {
  fileprivate var augmentation: Augmentation {
    Augmentation(
      loadSize: loadSizes.lowerBound, largestLoadSize: loadSizes.upperBound, cropSize: cropSize, flip: flip)
  }
}

/// Why a run ended before its time.
public enum TrainingError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case diverged(step: Int, loss: String, run: String)

  public var description: String {
    switch self {
    case .diverged(let step, let loss, let run):
      "training diverged: the loss \(loss) is not a number at step \(step); the checkpoints in \(run) are from before. "
        + "Begin again with a lower optimizer.learningRate"
    }
  }

  public var errorDescription: String? { description }
}
