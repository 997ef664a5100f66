import Checkpoints
import Images
import Models

/// What a recipe's task brings to a run besides its networks and losses: images, measurements, finished models.
protocol TrainingProject {
  associatedtype Task: AdversarialTask

  var task: Task { get }
  /// Images of each domain or set by its name.
  var images: [(name: String, count: Int)] { get }
  /// Samples in an epoch.
  var imagesPerEpoch: Int { get }
  /// What whoever trains should know of the images before it begins, a line each.
  var notices: [String] { get }
  /// Makes the batch of a step, counted from 0; called on other threads.
  var batches: @Sendable (_ step: Int) throws -> Task.Batch { get }
  /// The same few images for every sample grid.
  func previews() throws -> Task.Batch
  /// How good the generators are, on images that they do not learn from; nil where there are none.
  func validate() throws -> [TrainingValidation.Score]?
  /// What whoever trains should know of a measurement, in a line.
  func warning(of scores: [TrainingValidation.Score]) -> String?
  /// What the end of a phase leaves behind.
  func models(endOf phase: TrainingPhase.Kind) -> [FinishedModel]
}

extension TrainingProject {
  func warning(of scores: [TrainingValidation.Score]) -> String? { nil }
}

/// A network to be written to a model file of that name.
struct FinishedModel {
  let name: String
  let network: any Network
  let description: ModelDescription
}

extension Recipe {
  /// What the end of a phase leaves behind: the run's last model is called `generator`, one before it after its phase.
  func finishedModel(
    _ network: any Network, _ description: ModelDescription.Network, endOf phase: TrainingPhase.Kind
  ) -> FinishedModel {
    FinishedModel(
      name: phase == .pixel && hasAdversarialPhase ? phase.rawValue : "generator", network: network,
      description: ModelDescription(
        task: task.rawValue, direction: task == .paired ? data.direction : nil, network: description))
  }
}
