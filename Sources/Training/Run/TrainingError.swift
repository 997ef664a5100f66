import Foundation
import Tensors

/// Why a run cannot begin, or ended early.
public enum TrainingError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case diverged(Divergence)
  case noSteps
  case noEpoch(images: Int, batch: Int)
  case unusableModelName(String)
  case unusablePrecision(Precision, obstacle: String)

  public var description: String {
    switch self {
    case .diverged(let divergence): divergence.description
    case .noSteps:
      "there is nothing to train: the run's phases have no steps"
    case .noEpoch(let images, let batch):
      "there is nothing to train on: an epoch of \(images) images in batches of \(batch)"
    case .unusableModelName(let name):
      "'\(name)' cannot be a model's name: expected a file's name without a path that does not begin with a point"
    case .unusablePrecision(let precision, let obstacle):
      "optimizer.precision is \(precision.rawValue), but \(obstacle)"
    }
  }

  public var errorDescription: String? { description }
}
