import Tensors

extension [Tensor] {
  /// The same gradients, scaled down together where their norm over all values is more than `largestNorm`.
  public func clipped(toNorm largestNorm: Float) -> [Tensor] {
    withoutGradients {
      guard let first else { return [] }
      let squares = dropFirst().reduce(first.squared().sum()) { $0 + $1.squared().sum() }
      // 1 where the norm is small enough. What is not a number stays so, for whoever watches the losses.
      let factor = largestNorm / squares.squareRoot().clamped(to: largestNorm ... .infinity)
      return map { $0 * factor }
    }
  }
}
