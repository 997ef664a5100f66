import Tensors

/// A way in which styles can be moved, `[style]`.
public struct StyleDirection: Sendable {
  public let values: NDArray

  /// How many random styles directions are found from.
  static let samples = 2000
  static let mostComponents = 32
  private static let iterations = 200

  /// By iteration of powers of the covariance, without the components before it.
  ///
  /// - Parameter styles: `[N, style]`.
  static func component(_ number: Int, of styles: Tensor) -> StyleDirection {
    let centred = styles - styles.mean(axes: [0], keepingDimensions: true)
    let count = styles.shape[0]
    var covariance = centred.matrixProduct(with: centred, transposingLeft: true) * (1 / Float(count))
    let size = styles.shape[1]
    var found = NDArray(repeating: 0, shape: [size])
    for index in 1...number {
      let random = Random(seed: 0, purpose: "edit.component", step: index)
      var direction = Tensor(NDArray((0..<size).map { random.normal(at: $0) }, shape: [1, size]))
      for _ in 0..<iterations {
        let next = direction.matrixProduct(with: covariance)
        direction = next / (next.sumOfSquares() + 1e-20).squareRoot()
      }
      let variance = (direction.matrixProduct(with: covariance) * direction).sum()
      covariance = covariance - direction.matrixProduct(with: direction, transposingLeft: true) * variance
      found = (direction * variance.clamped(to: 0 ... .infinity).squareRoot()).reshaped(to: [size]).value
    }
    // Of the two opposite directions, that whose largest value is positive.
    let largest = found.scalars.max { abs($0) < abs($1) } ?? 0
    return StyleDirection(values: largest < 0 ? (Tensor(found) * -1).value : found)
  }
}
