import Layers
import Tensors

/// Trains any task: in each step the generators and, in an adversarial phase, the discriminators on the generators'
/// outputs.
public final class Trainer<Task: TrainingTask> {
  public let task: Task
  /// Steps taken.
  public internal(set) var step = 0
  /// What the phase's learning rate is multiplied by, where measurements decide on it.
  var rateFactor = 1.0

  private let seed: UInt64
  private let plan: TrainingPlan
  private let memory: Recipe.Memory
  private let optimizer: Recipe.Optimizer
  private let averageDecay: Double
  private(set) var generatorOptimizer: Adam
  private(set) var discriminatorOptimizer: Adam
  /// One per generator, if the recipe asks for averages.
  var averages: [WeightAverage] = []

  public struct StepReport: Sendable {
    public let learningRate: Double
    public let losses: [(name: String, value: Float)]
  }

  /// - Parameter averageDecay: the decay of the generators' moving averages; 0 for none.
  public init(
    _ task: Task, plan: TrainingPlan, optimizer: Recipe.Optimizer, memory: Recipe.Memory = Recipe.Memory(),
    averageDecay: Double = 0, seed: UInt64
  ) {
    self.task = task
    self.seed = seed
    self.plan = plan
    self.memory = memory
    self.optimizer = optimizer
    self.averageDecay = averageDecay
    (generatorOptimizer, discriminatorOptimizer) = Self.optimizers(task, optimizer)
    averages = newAverages
  }

  private static func optimizers(_ task: Task, _ settings: Recipe.Optimizer) -> (generator: Adam, discriminator: Adam) {
    func adam(_ groups: [ParameterGroup]) -> Adam {
      Adam(groups: groups, beta1: settings.beta1, beta2: settings.beta2)
    }
    let discriminators = ParameterGroup(
      task.discriminators.flatMap { $0.network.parameters }, rateFactor: settings.discriminatorRate,
      weightDecay: settings.weightDecay)
    return (adam(task.generatorGroups(weightDecay: settings.weightDecay)), adam([discriminators]))
  }

  private var newAverages: [WeightAverage] {
    averageDecay > 0 ? task.generators.map { WeightAverage(of: $0.network, decay: Float(averageDecay)) } : []
  }

  /// Steps taken in the current phase.
  var stepsOfPhase: Int { step - plan.phase(ofStep: max(0, step - 1)).start }

  public func step(_ batch: Task.Batch) -> StepReport {
    let (phase, start) = plan.phase(ofStep: step)
    if step == start && step > 0 { beginPhase() }
    let learningRate = phase.schedule.learningRate(at: step - start) * rateFactor
    step += 1
    return TrainingContext.run(seed: seed, step: step, recomputesActivations: memory.recompute) {
      let losses = trainNetworks(batch, phase.kind, learningRate)
      let values = zip(losses, scalars(of: losses.map(\.value))).map { ($0.name, $1) }
      for (index, generator) in task.generators.enumerated() where index < averages.count {
        averages[index].update(from: generator.network, step: step - start)
      }
      return StepReport(learningRate: learningRate, losses: values)
    }
  }

  /// A phase begins with the averaged weights of the one before, if there are averages.
  private func beginPhase() {
    for (generator, average) in zip(task.generators, averages) { Self.set(average.values, in: generator.network) }
    (generatorOptimizer, discriminatorOptimizer) = Self.optimizers(task, optimizer)
    averages = newAverages
  }

  /// Detached, so that no graph stays alive. They are read together at the end of a step, since reading waits for the device.
  private typealias LossValues = [(name: String, value: Tensor)]

  /// Returns the generators' losses first, even if the discriminators train first.
  private func trainNetworks(_ batch: Task.Batch, _ phase: TrainingPhase.Kind, _ learningRate: Double) -> LossValues {
    let translations = task.translations(of: batch)
    let fakes = translations.fakes.map(\.detached)
    guard phase == .adversarial else { return trainGenerators(batch, translations, phase, learningRate) }
    guard task.discriminatorsLead else {
      let losses = trainGenerators(batch, translations, phase, learningRate)
      return losses + trainDiscriminators(batch, fakes, learningRate)
    }
    let losses = trainDiscriminators(batch, fakes, learningRate)
    return trainGenerators(batch, translations, phase, learningRate) + losses
  }

  private func trainGenerators(
    _ batch: Task.Batch, _ translations: Translations, _ phase: TrainingPhase.Kind, _ learningRate: Double
  ) -> LossValues {
    let losses = task.generatorLosses(batch, translations, phase: phase)
    let gradients = gradients(
      of: losses.total, withRespectTo: generatorOptimizer.learningParameters, releasingGraph: true)
    generatorOptimizer.step(clipped(gradients), learningRate: learningRate)
    return losses.terms.map { ($0.name, $0.value.detached) }
  }

  private func trainDiscriminators(_ batch: Task.Batch, _ fakes: [Tensor], _ learningRate: Double) -> LossValues {
    let losses = task.discriminatorLosses(batch, fakes: fakes, step: step)
    let gradients = gradients(
      of: losses.total, withRespectTo: discriminatorOptimizer.learningParameters, releasingGraph: true)
    discriminatorOptimizer.step(clipped(gradients), learningRate: learningRate)
    return losses.terms.map { ($0.name, $0.value.detached) }
  }

  private func clipped(_ gradients: [Tensor]) -> [Tensor] {
    optimizer.clip > 0 ? gradients.clipped(toNorm: Float(optimizer.clip)) : gradients
  }

  /// Runs `body` with the generators' averaged weights in place of the current ones, if there are averages.
  ///
  /// - Parameter batches: those on which running statistics for the averaged weights are measured, since the current
  ///   weights' statistics do not fit averaged ones (Izmailov et al. 2018).
  public func withAveragedGenerators<Result>(
    measuredOn batches: [@Sendable () throws -> Task.Batch], _ body: () throws -> Result
  ) throws -> Result {
    guard !averages.isEmpty else { return try body() }
    let networks = task.generators.map(\.network)
    let newest = networks.map { $0.parameters.map(\.value) }
    let newestStatistics = networks.map { $0.namedStatistics.map(\.statistic.value) }
    defer {
      for (network, values) in zip(networks, newest) { Self.set(values, in: network) }
      for (network, values) in zip(networks, newestStatistics) {
        for ((_, statistic), value) in zip(network.namedStatistics, values) { statistic.value = value }
      }
    }
    for (network, average) in zip(networks, averages) { Self.set(average.values, in: network) }
    if newestStatistics.contains(where: { !$0.isEmpty }) {
      try TrainingContext.measuringStatistics(batches: batches.count, seed: seed, step: step) { index in
        let batch = try batches[index]()
        withoutGradients { _ = task.translations(of: batch).fakes.map(\.value) }
      }
    }
    return try body()
  }

  private static func set(_ values: [NDArray], in network: any Layer) {
    for (parameter, value) in zip(network.parameters, values) { parameter.value = value }
  }
}
