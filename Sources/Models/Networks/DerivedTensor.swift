import Tensors

/// A tensor that published files of a network hold beside the network's own, fixed or computed from these. It is not read.
public struct DerivedTensor: Sendable {
  /// The name in those files.
  public let key: String
  /// In PyTorch's layout.
  public let values: NDArray
  /// Whether they are places in another tensor, which PyTorch has in whole numbers of 64 bits.
  public let isIndex: Bool

  init(_ key: String, _ values: NDArray, isIndex: Bool = false) {
    self.key = key
    self.values = values
    self.isIndex = isIndex
  }
}
