import Datasets
import Foundation
import Layers

/// A recipe at work in its run folder, from the first step or from the newest checkpoint to the finished models.
public final class TrainingRun {
  private let loop: any RunnableTraining

  /// Makes the run folder and, to resume, reads its newest checkpoint.
  ///
  /// Throws `DatasetError` for images that are not there, `RunFolderError` or `FileError` for a folder that cannot be used
  /// so, `CheckpointError` for a checkpoint that cannot be read.
  public init(recipe: Recipe, folder: RunFolder, resume: Bool, listeners: [any TrainingListener]) throws {
    func loop(_ project: some TrainingProject) throws -> any RunnableTraining {
      try TrainingLoop(project, recipe: recipe, folder: folder, resume: resume, listeners: listeners)
    }
    self.loop =
      switch recipe.task {
      case .cyclegan: try loop(UnpairedProject(recipe))
      case .superResolution: try loop(SuperResolutionProject(recipe))
      case .paired: try loop(PairedProject(recipe))
      case .colorization: try loop(ColorizationProject(recipe))
      }
  }

  /// Trains to the end, or until `shouldStop`, which is asked after each step, says so.
  ///
  /// Either way the folder then holds a checkpoint of the last step; at the end also the models.
  public func run(shouldStop: () -> Bool = { false }) throws -> TrainingEnd {
    try loop.run(shouldStop: shouldStop)
  }
}

/// A loop, whatever its task.
protocol RunnableTraining {
  func run(shouldStop: () -> Bool) throws -> TrainingEnd
}

/// Why a run ended before its time.
public enum TrainingError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case diverged(step: Int, loss: String, run: String)

  public var description: String {
    switch self {
    case .diverged(let step, let loss, let run):
      "training diverged: the loss \(loss) is not a number at step \(step); the checkpoints in \(run) are from before. "
        + "Begin again with a lower learning rate"
    }
  }

  public var errorDescription: String? { description }
}
