import Collectives
import Tensors

/// What layers that behave differently in training, such as batch norm, dropout or custom layers, know about it:
///
///     func callAsFunction(_ input: Tensor) -> Tensor {
///       guard let training = TrainingContext.current else { return input }
///       return input + noise(like: input, from: training.nextRandom())
///     }
public final class TrainingContext {
  @TaskLocal private static var currentBox: Box?

  private struct Box: @unchecked Sendable {
    // Unchecked: a context stays on the thread that trains; the task-local value only passes it down the call stack.
    let context: TrainingContext
  }

  /// The context of the training on this thread; nil outside training.
  public static var current: TrainingContext? { currentBox?.context }

  private let seed: UInt64
  /// The step, counted from 1.
  public let step: Int
  /// Whether `Layer.recomputed` discards activations and recomputes them for the gradients, to save memory.
  public let recomputesActivations: Bool
  /// Whether this pass must have no side effects, as when activations are recomputed for gradients. Layers must then
  /// not update running statistics.
  public let isRepeating: Bool
  /// The place of the batch's first image among all images of the step, which several batches or ranks may share. Draws
  /// for an image should depend on its place there.
  public let firstImage: Int
  /// The ranks over whose batches batch norm takes its moments; nil where it goes by its own batch.
  let normRanks: (any Collective)?
  /// The newest batch's weight in running statistics; nil for each layer's default.
  package let statisticsShare: Float?
  /// Whether norms with frozen statistics take part in measuring them.
  let measuresFrozenStatistics: Bool
  private var draws: Int

  private init(
    seed: UInt64, step: Int, recomputesActivations: Bool, firstImage: Int = 0, normRanks: (any Collective)? = nil,
    draws: Int = 0, isRepeating: Bool = false, statisticsShare: Float? = nil, measuresFrozenStatistics: Bool = false
  ) {
    self.seed = seed
    self.step = step
    self.recomputesActivations = recomputesActivations
    self.firstImage = firstImage
    self.normRanks = normRanks
    self.draws = draws
    self.isRepeating = isRepeating
    self.statisticsShare = statisticsShare
    self.measuresFrozenStatistics = measuresFrozenStatistics
  }

  /// Runs `body` with layers in training mode: batch norm uses the batch's statistics, and dropout is on, with masks
  /// that depend on `seed` and `step`.
  ///
  /// - Parameters:
  ///   - recomputesActivations: whether layers that support it, such as residual blocks, recompute their activations for
  ///     the gradients, with bitwise the same values, instead of keeping them.
  ///   - firstImage: the place of the batch's first image among all images of the step.
  ///   - normRanks: the ranks over whose batches batch norm takes its moments, which all pass as many images through the
  ///     layers at the same time; nil if it goes by its own batch.
  public static func run<Result>(
    seed: UInt64, step: Int, recomputesActivations: Bool = false, firstImage: Int = 0,
    normRanks: (any Collective)? = nil, _ body: () throws -> Result
  ) rethrows -> Result {
    let context = TrainingContext(
      seed: seed, step: step, recomputesActivations: recomputesActivations, firstImage: firstImage,
      normRanks: normRanks)
    return try context.run(body)
  }

  /// Runs `body` with layers as in training but without side effects: batch norm uses the batch's statistics without
  /// updating the running ones, and draws are the same each time.
  package static func imitated<Result>(seed: UInt64 = 0, step: Int = 0, _ body: () throws -> Result) rethrows -> Result
  {
    try TrainingContext(seed: seed, step: step, recomputesActivations: false, isRepeating: true).run(body)
  }

  /// Runs `body`, which must pass one batch through the layers, once for each of `count` batches, with layers as in
  /// training. Running statistics become the means over all of these batches.
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

  /// Randomness for the calling layer, different on every call within a step. It depends on the seed, the step and the
  /// order of the calls only, and is the same when activations are recomputed.
  public func nextRandom() -> Random {
    draws += 1
    return Random(seed: seed, purpose: "dropout.\(draws)", step: step)
  }

  /// Randomness for a purpose, the same on every call within a step.
  public func random(for purpose: String) -> Random {
    Random(seed: seed, purpose: purpose, step: step)
  }

  /// Captures the position in the sequence of random draws. The returned function runs a body as a repetition, with the
  /// same draws from there on.
  func repetition() -> (_ body: () -> Tensor) -> Tensor {
    let (seed, step, draws, recomputesActivations) = (seed, step, draws, recomputesActivations)
    let (firstImage, normRanks) = (firstImage, normRanks)
    return { body in
      TrainingContext(
        seed: seed, step: step, recomputesActivations: recomputesActivations, firstImage: firstImage,
        normRanks: normRanks, draws: draws, isRepeating: true
      ).run(body)
    }
  }
}
