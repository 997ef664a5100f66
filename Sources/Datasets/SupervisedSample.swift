import Tensors

/// Batches of inputs and of what should be made of them, `[N, H, W, C]` each; which sizes, channels and ranges is up to the
/// data set.
public struct SupervisedSample: Sendable {
  public let input: NDArray
  public let target: NDArray

  public init(input: NDArray, target: NDArray) {
    self.input = input
    self.target = target
  }

  /// Samples of the same shapes as one batch.
  public init(stacking samples: [SupervisedSample]) {
    self.init(input: NDArray(stacking: samples.map(\.input)), target: NDArray(stacking: samples.map(\.target)))
  }
}
