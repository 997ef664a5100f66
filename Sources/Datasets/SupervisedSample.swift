import Tensors

/// A batch of inputs and one of their targets, `[N, H, W, C]` each; sizes, channels and value ranges are the data set's.
public struct SupervisedSample: Sendable {
  public let input: NDArray
  public let target: NDArray

  public init(input: NDArray, target: NDArray) {
    self.input = input
    self.target = target
  }

  /// Samples as one batch. Throws where there are none, or of several shapes.
  public init(stacking samples: [SupervisedSample]) throws(DatasetError) {
    try self.init(input: NDArray(stacking: samples.map(\.input)), target: NDArray(stacking: samples.map(\.target)))
  }
}
