import Tensors

/// What layers that behave otherwise in training need to know of it: batch norm and dropout, and those that may be
/// recomputed.
public final class TrainingContext {
  @TaskLocal private static var currentBox: Box?

  private struct Box: @unchecked Sendable {
    // Unchecked: a context stays on the thread that trains; the task-local is only its way down the calls.
    let context: TrainingContext
  }

  /// Nil outside of training.
  static var current: TrainingContext? { currentBox?.context }

  private let seed: UInt64
  private let step: Int
  /// Whether activations that `Layer.recomputed` makes are given up and computed again for their gradients.
  let recomputesActivations: Bool
  /// Whether the layers at work have seen their input before in this step, or should forget it.
  let isRepeating: Bool
  /// The newest batch's share in running statistics; nil for the layers' own.
  let statisticsShare: Float?
  private var draws: Int

  private init(
    seed: UInt64, step: Int, recomputesActivations: Bool, draws: Int = 0, isRepeating: Bool = false,
    statisticsShare: Float? = nil
  ) {
    self.seed = seed
    self.step = step
    self.recomputesActivations = recomputesActivations
    self.draws = draws
    self.isRepeating = isRepeating
    self.statisticsShare = statisticsShare
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

  /// Runs `body` with layers as in training, but for what training would change: batch norm goes by the batch and keeps
  /// nothing of it, dropout's masks are the same each time.
  package static func imitated<Result>(_ body: () throws -> Result) rethrows -> Result {
    try TrainingContext(seed: 0, step: 0, recomputesActivations: false, isRepeating: true).run(body)
  }

  /// Runs `body`, which is to take one batch through layers as in training, once for each of `count` batches: running
  /// statistics become the means over all of them.
  public static func measuringStatistics(
    batches count: Int, seed: UInt64, step: Int, _ body: (_ batch: Int) throws -> Void
  ) rethrows {
    for batch in 0..<count {
      let context = TrainingContext(
        seed: seed, step: step, recomputesActivations: false, statisticsShare: 1 / Float(batch + 1))
      try context.run { try body(batch) }
    }
  }

  /// Whether layers behave as in training.
  package static var isActive: Bool { current != nil }

  private func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.$currentBox.withValue(Box(context: self), operation: body)
  }

  /// A new source for each layer that asks within a step.
  func nextRandom() -> Random {
    draws += 1
    return Random(seed: seed, purpose: "dropout.\(draws)", step: step)
  }

  /// Runs bodies that are repeated later with the random draws that come next now.
  func repetition() -> (_ body: () -> Tensor) -> Tensor {
    let (seed, step, draws, recomputesActivations) = (seed, step, draws, recomputesActivations)
    return { body in
      TrainingContext(
        seed: seed, step: step, recomputesActivations: recomputesActivations, draws: draws, isRepeating: true
      ).run(body)
    }
  }
}
