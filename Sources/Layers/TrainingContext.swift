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
  private var draws: Int

  private init(seed: UInt64, step: Int, recomputesActivations: Bool, draws: Int = 0, isRepeating: Bool = false) {
    self.seed = seed
    self.step = step
    self.recomputesActivations = recomputesActivations
    self.draws = draws
    self.isRepeating = isRepeating
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
