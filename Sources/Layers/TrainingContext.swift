import Tensors

/// What layers may ask about the training that they take part in, such as batch norm, dropout, and layers of one's own:
///
///     func callAsFunction(_ input: Tensor) -> Tensor {
///       guard let training = TrainingContext.current else { return input }
///       return input + noise(like: input, from: training.nextRandom())
///     }
public final class TrainingContext {
  @TaskLocal private static var currentBox: Box?

  private struct Box: @unchecked Sendable {
    // Unchecked: a context stays on the thread that trains; the task-local is only its way down the calls.
    let context: TrainingContext
  }

  /// The training that is under way on this thread; nil outside of training.
  public static var current: TrainingContext? { currentBox?.context }

  private let seed: UInt64
  private let step: Int
  /// Whether `Layer.recomputed` gives up activations and computes them again for their gradients, to save memory.
  public let recomputesActivations: Bool
  /// Whether this pass is to leave no trace: its values were computed before, and are computed again for their gradients.
  /// Layers then keep no statistics of it.
  public let isRepeating: Bool
  /// The newest batch's share in running statistics; nil for the layers' own.
  let statisticsShare: Float?
  /// Whether norms with frozen statistics take part in measuring them.
  let measuresFrozenStatistics: Bool
  private var draws: Int

  private init(
    seed: UInt64, step: Int, recomputesActivations: Bool, draws: Int = 0, isRepeating: Bool = false,
    statisticsShare: Float? = nil, measuresFrozenStatistics: Bool = false
  ) {
    self.seed = seed
    self.step = step
    self.recomputesActivations = recomputesActivations
    self.draws = draws
    self.isRepeating = isRepeating
    self.statisticsShare = statisticsShare
    self.measuresFrozenStatistics = measuresFrozenStatistics
  }

  /// Runs `body` with layers in training: batch norm by the batch, dropout on, its masks known from `seed` and `step`.
  ///
  /// - Parameter recomputesActivations: whether layers that can, such as residual blocks, compute their inner values
  ///   again for their gradients, to the same bits, instead of keeping them.
  public static func run<Result>(
    seed: UInt64, step: Int, recomputesActivations: Bool = false, _ body: () throws -> Result
  ) rethrows -> Result {
    let context = TrainingContext(seed: seed, step: step, recomputesActivations: recomputesActivations)
    return try context.run(body)
  }

  /// Runs `body` with layers as in training, but without a trace: batch norm goes by the batch and keeps nothing of it,
  /// and dropout's masks are the same each time.
  package static func imitated<Result>(_ body: () throws -> Result) rethrows -> Result {
    try TrainingContext(seed: 0, step: 0, recomputesActivations: false, isRepeating: true).run(body)
  }

  /// Runs `body`, which is to take one batch through layers as in training, once for each of `count` batches: running
  /// statistics become the means over all of them.
  ///
  /// - Parameter includingFrozen: whether frozen statistics are measured, too, as once before a training that freezes them.
  public static func measuringStatistics(
    batches count: Int, seed: UInt64, step: Int, includingFrozen: Bool = false, _ body: (_ batch: Int) throws -> Void
  ) rethrows {
    for batch in 0..<count {
      let context = TrainingContext(
        seed: seed, step: step, recomputesActivations: false, statisticsShare: 1 / Float(batch + 1),
        measuresFrozenStatistics: includingFrozen)
      try context.run { try body(batch) }
    }
  }

  /// Whether layers behave as in training.
  package static var isActive: Bool { current != nil }

  private func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.$currentBox.withValue(Box(context: self), operation: body)
  }

  /// Randomness for the layer that asks, another one each time within a step; known from the seed, the step and the
  /// order of the layers, and the same when activations are recomputed.
  public func nextRandom() -> Random {
    draws += 1
    return Random(seed: seed, purpose: "dropout.\(draws)", step: step)
  }

  /// Takes note of the random draws that come next. The function returned runs a body with these draws, as a repetition.
  func repetition() -> (_ body: () -> Tensor) -> Tensor {
    let (seed, step, draws, recomputesActivations) = (seed, step, draws, recomputesActivations)
    return { body in
      TrainingContext(
        seed: seed, step: step, recomputesActivations: recomputesActivations, draws: draws, isRepeating: true
      ).run(body)
    }
  }
}
