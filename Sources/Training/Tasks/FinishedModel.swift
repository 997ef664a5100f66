import Checkpoints
import Models

/// A network to be written to a model file of this name.
public struct FinishedModel {
  public let name: String
  public let network: any Network
  /// The recipe, the run's name and steps, the licence and the program's version are added on writing.
  public let description: ModelDescription

  public init(name: String, network: any Network, description: ModelDescription) {
    self.name = name
    self.network = network
    self.description = description
  }
}

extension Recipe {
  /// The generator at the end of a phase: named `pixel` if the phase is a pixel phase that an adversarial one follows,
  /// otherwise `generator`.
  func finishedModel(
    _ network: any GeneratorNetwork, direction: ModelDescription.Direction? = nil, endOf phase: TrainingPhase.Kind
  ) -> FinishedModel {
    FinishedModel(
      name: phase == .pixel && adversarialPhase.steps > 0 ? phase.rawValue : "generator", network: network,
      description: ModelDescription(
        task: task.name, direction: direction, network: NetworkDescription(of: network)))
  }
}
