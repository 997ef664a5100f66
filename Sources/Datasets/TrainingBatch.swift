import Tensors

/// What a step of a training takes: arrays, and whatever else belongs to them.
public protocol TrainingBatch: Sendable {
  /// What losses are computed from.
  var arrays: [NDArray] { get }

  /// The same batch of other arrays, as many and of the same shapes.
  func with(_ arrays: [NDArray]) -> Self
}

extension UnpairedSample: TrainingBatch {
  public var arrays: [NDArray] { [a, b] }
  public func with(_ arrays: [NDArray]) -> UnpairedSample {
    UnpairedSample(a: arrays[0], b: arrays[1], filesA: filesA, filesB: filesB)
  }
}

extension SupervisedSample: TrainingBatch {
  public var arrays: [NDArray] { [input, target] }
  public func with(_ arrays: [NDArray]) -> SupervisedSample {
    SupervisedSample(input: arrays[0], target: arrays[1])
  }
}
