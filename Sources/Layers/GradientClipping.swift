import Tensors

extension [Tensor] {
  /// The gradients, all scaled by one factor such that their global L2 norm is at most `largestNorm`.
  public func clipped(toNorm largestNorm: Float) -> [Tensor] {
    withoutGradients {
      guard let first else { return [] }
      let squares = dropFirst().reduce(first.sumOfSquares()) { $0 + $1.sumOfSquares() }
      // 1 if the norm is small enough. A NaN stays one, so that training can notice it.
      let factor = largestNorm / squares.squareRoot().clamped(to: largestNorm ... .infinity)
      return map { $0 * factor }
    }
  }
}
