import Foundation

/// Why a run cannot begin, or ended early.
public enum TrainingError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case diverged(step: Int, loss: String, run: String)
  case noSteps
  case noEpoch(images: Int, batch: Int)
  case unusableModelName(String)

  public var description: String {
    switch self {
    case .diverged(let step, let loss, let run):
      "training diverged: the loss \(loss) is not a number at step \(step); the checkpoints in \(run) are from before. "
        + "Begin again with a lower learning rate"
    case .noSteps:
      "there is nothing to train: the run's phases have no steps"
    case .noEpoch(let images, let batch):
      "there is nothing to train on: an epoch of \(images) images in batches of \(batch)"
    case .unusableModelName(let name):
      "'\(name)' cannot be a model's name: expected a file's name without a path that does not begin with a point"
    }
  }

  public var errorDescription: String? { description }
}
