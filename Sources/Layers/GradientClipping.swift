import Tensors

extension [Tensor] {
  /// The same gradients, scaled down together where their norm over all values is more than `largestNorm`.
  public func clipped(toNorm largestNorm: Float) -> [Tensor] {
    withoutGradients {
      let norm = map { $0.squared().sum().scalar }.reduce(0, +).squareRoot()
      // What is not a number stays so, for whoever watches the losses.
      guard norm > largestNorm else { return self }
      return map { $0 * (largestNorm / norm) }
    }
  }
}
