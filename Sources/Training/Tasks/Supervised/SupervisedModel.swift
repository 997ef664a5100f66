import Checkpoints
import Models

extension Recipe {
  /// The generator at the end of a phase: named `pixel` after a pixel phase that an adversarial one follows, else
  /// `generator`.
  func finishedModel(
    _ network: any Network, direction: ModelDescription.Direction? = nil, endOf phase: TrainingPhase.Kind
  ) -> FinishedModel {
    FinishedModel(
      name: phase == .pixel && adversarialPhase.steps > 0 ? phase.rawValue : "generator", network: network,
      description: ModelDescription(
        task: task.name, direction: direction, network: NetworkDescription(of: network)))
  }
}
