import Layers
import Tensors

/// Trains any adversarial task: in each step the generators first, then the discriminators on what those made.
public final class Trainer<Task: AdversarialTask> {
  public let task: Task
  /// Steps taken.
  public internal(set) var step = 0

  private let seed: UInt64
  private let schedule: LinearDecay
  private let memory: Recipe.Memory
  let generatorOptimizer: Adam
  let discriminatorOptimizer: Adam
  /// One per generator, where the recipe asks for averages.
  var averages: [WeightAverage]

  public struct StepReport: Sendable {
    public let learningRate: Double
    public let losses: [(name: String, value: Float)]
  }

  /// - Parameter averageDecay: of the generators' moving averages; 0 for none.
  public init(
    _ task: Task, optimizer: Recipe.Optimizer, schedule: LinearDecay, memory: Recipe.Memory = Recipe.Memory(),
    averageDecay: Double = 0, seed: UInt64
  ) {
    self.task = task
    self.seed = seed
    self.schedule = schedule
    self.memory = memory
    func adam(_ networks: [NamedNetwork]) -> Adam {
      Adam(networks.flatMap { $0.network.parameters }, beta1: optimizer.beta1, beta2: optimizer.beta2)
    }
    generatorOptimizer = adam(task.generators)
    discriminatorOptimizer = adam(task.discriminators)
    averages = averageDecay > 0 ? task.generators.map { WeightAverage(of: $0.network, decay: Float(averageDecay)) } : []
  }

  public func step(_ batch: Task.Batch) -> StepReport {
    let learningRate = schedule.learningRate(at: step)
    step += 1
    return TrainingContext.run(seed: seed, step: step, recomputesActivations: memory.recompute) {
      var (losses, fakes) = trainGenerators(batch, learningRate)
      losses += trainDiscriminators(batch, fakes, learningRate)
      for (index, generator) in task.generators.enumerated() where index < averages.count {
        averages[index].update(from: generator.network, step: step)
      }
      return StepReport(learningRate: learningRate, losses: losses)
    }
  }

  private typealias LossValues = [(name: String, value: Float)]

  /// Returns with nothing of the graph alive but the fakes' values.
  private func trainGenerators(_ batch: Task.Batch, _ learningRate: Double) -> (LossValues, [Tensor]) {
    let pass = task.generatorPass(batch)
    let gradients = gradients(
      of: pass.losses.total, withRespectTo: generatorOptimizer.parameters, releasingGraph: true)
    generatorOptimizer.step(gradients, learningRate: learningRate)
    return (pass.losses.values, pass.fakes.map(\.detached))
  }

  private func trainDiscriminators(_ batch: Task.Batch, _ fakes: [Tensor], _ learningRate: Double) -> LossValues {
    let losses = task.discriminatorLosses(batch, fakes: fakes, step: step)
    let gradients = gradients(
      of: losses.total, withRespectTo: discriminatorOptimizer.parameters, releasingGraph: true)
    discriminatorOptimizer.step(gradients, learningRate: learningRate)
    return losses.values
  }

  /// Runs `body` with the generators' averaged weights in place of the newest, where there are averages.
  public func withAveragedGenerators<Result>(_ body: () throws -> Result) rethrows -> Result {
    let newest = task.generators.map { $0.network.parameters.map(\.value) }
    func set(_ values: [[NDArray]]) {
      for (generator, values) in zip(task.generators, values) {
        for (parameter, value) in zip(generator.network.parameters, values) { parameter.value = value }
      }
    }
    set(averages.map(\.values))
    defer { set(newest) }
    return try body()
  }
}
