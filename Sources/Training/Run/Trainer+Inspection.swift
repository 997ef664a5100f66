import Layers
import Tensors

extension Trainer {
  /// The first result that was not finite in the step on these batches that has just failed, which is computed once more; nil
  /// if there is none this time.
  public func origin(ofFailedStepOn batches: [Task.Batch]) -> NonFiniteResult? {
    let search = NonFiniteSearch()
    search.name(Self.variables(of: task.generators + task.discriminators))
    self.search = search
    defer { self.search = nil }
    _ = search.run { step(batches) }
    return search.first
  }

  static func variables(of networks: [NamedNetwork]) -> [(name: String, variable: Tensor)] {
    networks.flatMap { network in
      network.network.namedParameters.map { ("\(network.name).\($0.name)", $0.parameter.tensor) }
    }
  }

  /// What discriminators measure of a batch of held-out images beside the newest fakes, with no effect on the training;
  /// nothing before the first step.
  ///
  /// - Parameter place: the address of random draws.
  public func measures(ofHeldOut batch: Task.Batch, place: Int) -> [(name: String, value: Float)] {
    guard !newestFakes.isEmpty else { return [] }
    let memory = task.memory
    defer { task.memory = memory }
    return TrainingContext.imitated(seed: seed, step: place) {
      let shown = task.shownFakes(newestFakes, step: step)
      let measures = task.discriminatorLosses(batch, fakes: shown, step: step).measures
      return zip(measures, scalars(of: measures.map(\.value))).map { ($0.name, $1) }
    }
  }
}
