import Tensors

/// A batch of inputs and a batch of their targets, `[N, H, W, C]` each; the data set sets sizes, channels and value
/// ranges.
public struct SupervisedSample: Sendable {
  public let input: NDArray
  public let target: NDArray

  public init(input: NDArray, target: NDArray) {
    self.input = input
    self.target = target
  }

  /// Stacks samples into one batch. Throws if there are none or their shapes differ.
  public init(stacking samples: [SupervisedSample]) throws(DatasetError) {
    try self.init(input: NDArray(stacking: samples.map(\.input)), target: NDArray(stacking: samples.map(\.target)))
  }
}
