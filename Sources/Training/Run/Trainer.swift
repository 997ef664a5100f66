import Collectives
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

  let seed: UInt64
  /// Those that take each step together, each on batches of its own.
  let ranks: any Collective
  private let plan: TrainingPlan
  let memorySettings: Recipe.Memory
  let optimizer: Recipe.Optimizer
  private let averageDecay: Double
  private(set) var generatorOptimizer: Adam
  private(set) var discriminatorOptimizer: Adam
  let generatorNorms: GradientNorms
  let discriminatorNorms: GradientNorms
  /// Of all networks. Found by reflection, so asked for once.
  let statistics: [RunningStatistic]
  let generatorPart = RepeatedPart<Task.Batch>(), discriminatorPart = RepeatedPart<Task.Batch>()
  /// One per generator, if the recipe asks for averages.
  var averages: [WeightAverage] = []
  /// Set while a step that failed is computed again.
  var search: NonFiniteSearch?
  /// For discriminators to see beside held-out images.
  var newestFakes: [Tensor] = []

  /// - Parameters:
  ///   - averageDecay: the decay of the generators' moving averages; 0 for none.
  ///   - ranks: those that train the same task from the same seed, each on as many batches in each step.
  public init(
    _ task: Task, plan: TrainingPlan, optimizer: Recipe.Optimizer, memory: Recipe.Memory = Recipe.Memory(),
    averageDecay: Double = 0, seed: UInt64, ranks: any Collective = SoleRank.shared
  ) {
    self.task = task
    self.seed = seed
    self.ranks = ranks
    self.plan = plan
    memorySettings = memory
    self.optimizer = optimizer
    self.averageDecay = averageDecay
    (generatorOptimizer, discriminatorOptimizer) = Self.optimizers(task, optimizer)
    generatorNorms = GradientNorms(of: task.generators, parameters: generatorOptimizer.learningParameters)
    discriminatorNorms = GradientNorms(of: task.discriminators, parameters: discriminatorOptimizer.learningParameters)
    statistics = (task.generators + task.discriminators).flatMap { $0.network.namedStatistics.map(\.statistic) }
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

  /// From the generators as they are.
  func beginAverages() { averages = newAverages }

  private var newAverages: [WeightAverage] {
    averageDecay > 0 ? task.generators.map { WeightAverage(of: $0.network, decay: Float(averageDecay)) } : []
  }

  /// Steps taken in the current phase.
  var stepsOfPhase: Int { step - plan.phase(ofStep: max(0, step - 1)).start }

  /// Trains on batches, whose gradients are averaged, with those of other ranks. If a loss or gradient is not finite, as the report then says, nothing
  /// is learnt, and the step does not count.
  ///
  /// - Parameter batches: at least one; as many in each step.
  public func step(_ batches: Task.Batch...) -> StepReport { step(batches) }

  public func step(_ batches: [Task.Batch]) -> StepReport {
    let (phase, start) = plan.phase(ofStep: step)
    if step == start && step > 0 { beginPhase() }
    let learningRate = phase.schedule.learningRate(at: step - start) * rateFactor
    let before = TrainerMemory(task, statistics, discriminatorOptimizer)
    // What is searched for is what fails in float32, too.
    let precision = search == nil ? optimizer.precision : .float32
    step += 1
    var (parts, report) = attempt(batches, phase.kind, learningRate, precision)
    if report.nonFinite != nil, precision != .float32 {
      before.restore(task, discriminatorOptimizer)
      (parts, report) = attempt(batches, phase.kind, learningRate, .float32)
      report.leftRange = report.nonFinite == nil
    }
    guard report.nonFinite == nil, ranks.failure == nil else {
      before.restore(task, discriminatorOptimizer)
      step -= 1
      return report
    }
    for part in parts where !part.isLearnt { learn(part, learningRate) }
    averageStatistics()
    for (index, generator) in task.generators.enumerated() where index < averages.count {
      averages[index].update(from: generator.network, step: step - start)
    }
    task.stepEnded(measures: report.measures)
    return report
  }

  /// A step as far as the gradients.
  private func attempt(
    _ batches: [Task.Batch], _ phase: TrainingPhase.Kind, _ learningRate: Double, _ precision: Precision
  ) -> (parts: [StepPart], report: StepReport) {
    training(in: precision) {
      let parts = parts(of: batches, phase, learningRate)
      return (parts, StepReport(step: step, learningRate: learningRate, parts))
    }
  }

  /// A phase begins with the averaged weights of the one before, if there are averages.
  private func beginPhase() {
    for (generator, average) in zip(task.generators, averages) { Self.set(average.values, in: generator.network) }
    (generatorOptimizer, discriminatorOptimizer) = Self.optimizers(task, optimizer)
    averages = newAverages
  }

  func learn(_ part: StepPart, _ learningRate: Double) {
    part.optimizer.step(clipped(part.gradients), learningRate: learningRate)
    if part.optimizer === discriminatorOptimizer { task.discriminatorsHaveLearnt() }
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

  /// Running statistics become the means of all ranks'.
  private func averageStatistics() {
    guard !ranks.isAlone, !statistics.isEmpty else { return }
    let means = RankMeans(of: statistics.map(\.value), over: ranks).values()
    for (statistic, mean) in zip(statistics, means) { statistic.value = mean }
  }

  private static func set(_ values: [NDArray], in network: any Layer) {
    for (parameter, value) in zip(network.parameters, values) { parameter.value = value }
  }
}
