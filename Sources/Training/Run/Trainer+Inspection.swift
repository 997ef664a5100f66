import Layers
import Tensors

extension Trainer {
  /// The first result that was not finite in the step on this batch that has just failed, which is computed once more; nil
  /// if there is none this time.
  public func origin(ofFailedStepOn batch: Task.Batch) -> NonFiniteResult? {
    let search = NonFiniteSearch()
    search.name(Self.variables(of: task.generators + task.discriminators))
    self.search = search
    defer { self.search = nil }
    _ = search.run { step(batch) }
    return search.first
  }

  static func variables(of networks: [NamedNetwork]) -> [(name: String, variable: Tensor)] {
    networks.flatMap { network in
      network.network.namedParameters.map { ("\(network.name).\($0.name)", $0.parameter.tensor) }
    }
  }

  /// What discriminators measure of a batch of held-out images beside the newest fakes, with no effect on the training;
  /// nothing before the first step.
  public func measures(ofHeldOut batch: Task.Batch) -> [(name: String, value: Float)] {
    guard !newestFakes.isEmpty else { return [] }
    let memory = task.memory
    defer { task.memory = memory }
    return TrainingContext.imitated {
      let measures = task.discriminatorLosses(batch, fakes: newestFakes, step: step).measures
      return zip(measures, scalars(of: measures.map(\.value))).map { ($0.name, $1) }
    }
  }
}
