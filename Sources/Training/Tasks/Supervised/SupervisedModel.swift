import Checkpoints
import Models

extension Recipe {
  /// A generator as the end of a phase leaves it behind: the run's last model is called `generator`, that of a pixel phase
  /// which an adversarial one follows `pixel`.
  func finishedModel(
    _ network: any Network, direction: ModelDescription.Direction? = nil, endOf phase: TrainingPhase.Kind
  ) -> FinishedModel {
    FinishedModel(
      name: phase == .pixel && adversarialPhase.steps > 0 ? phase.rawValue : "generator", network: network,
      description: ModelDescription(
        task: task.name, direction: direction, network: NetworkDescription(of: network)))
  }
}
