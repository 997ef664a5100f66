import Layers
import Tensors

/// What a step changes before it is known whether its losses and gradients are finite.
struct TrainerMemory {
  private let memory: [(name: String, array: NDArray)]
  private let statistics: [(statistic: RunningStatistic, value: NDArray)]
  /// Nil unless the discriminators learn first; keeping them costs a copy.
  private let discriminators: (values: [NDArray], state: Adam.State)?

  /// - Parameter statistics: those of all networks.
  init(_ task: some TrainingTask, _ statistics: [RunningStatistic], _ optimizer: Adam) {
    memory = task.memory
    self.statistics = statistics.map { ($0, $0.value) }
    discriminators = task.discriminatorsLead ? (optimizer.parameters.map(\.value), optimizer.state) : nil
  }

  func restore(_ task: some TrainingTask, _ optimizer: Adam) {
    task.memory = memory
    for (statistic, value) in statistics { statistic.value = value }
    guard let discriminators else { return }
    for (parameter, value) in zip(optimizer.parameters, discriminators.values) { parameter.value = value }
    optimizer.restore(discriminators.state)
  }
}
