import Tensors

/// What layers that behave otherwise in training need to know of it: batch norm and dropout.
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
  private var draws = 0

  private init(seed: UInt64, step: Int) {
    self.seed = seed
    self.step = step
  }

  /// Runs `body` with layers in training: batch norm by the batch, dropout on, its masks known from `seed` and `step`.
  public static func run<Result>(seed: UInt64, step: Int, _ body: () throws -> Result) rethrows -> Result {
    try $currentBox.withValue(Box(context: TrainingContext(seed: seed, step: step)), operation: body)
  }

  /// A new source for each layer that asks within a step.
  func nextRandom() -> Random {
    draws += 1
    return Random(seed: seed, purpose: "dropout.\(draws)", step: step)
  }
}
