import Tensors

extension Tensor {
  /// Images `[N, H, W, 1 or 3]` in as many channels as a network takes: colours become their luma, gray is repeated.
  package func withChannels(_ count: Int) -> Tensor {
    switch (shape[3], count) {
    case (3, 1): (self * Tensor(Self.luma)).sum(axes: [3], keepingDimensions: true)
    case (1, 3): concatenated([self, self, self], axis: 3)
    default: self
    }
  }

  /// ITU-R BT.601, as of images.
  private static var luma: NDArray { NDArray([0.299, 0.587, 0.114], shape: [1, 1, 1, 3]) }
}
