import Tensors

extension Layer {
  /// Moves all parameters and running statistics towards those of a layer of the same structure.
  ///
  /// If both layers were trained from the same weights, what is between them does something between what they do: deep
  /// network interpolation (Wang et al. 2019).
  ///
  /// - Parameter share: 0 for this layer's values, 1 for the other's.
  public func interpolate(towards other: Self, share: Float) {
    for (own, other) in zip(parameters, other.parameters) {
      own.value = Self.value(between: own.value, and: other.value, share: share)
    }
    for (own, other) in zip(namedStatistics, other.namedStatistics) {
      own.statistic.value = Self.value(between: own.statistic.value, and: other.statistic.value, share: share)
    }
  }

  private static func value(between own: NDArray, and other: NDArray, share: Float) -> NDArray {
    (Tensor(own) * (1 - share) + Tensor(other) * share).value
  }
}
