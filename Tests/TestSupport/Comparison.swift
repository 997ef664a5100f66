import Tensors
import Testing

/// How far an array is from the expected one.
public struct Difference: CustomStringConvertible {
  public let description: String

  /// Nil if every value of `actual` differs from the expected one by at most `tolerance` times the largest magnitude in
  /// `expected`, or times `scale` if that is larger, for when zeros are expected.
  public init?(between actual: NDArray, and expected: NDArray, tolerance: Float, scale: Float = 0) {
    guard actual.shape == expected.shape else {
      description = "shape \(actual.shape) instead of \(expected.shape)"
      return
    }
    let (actualValues, expectedValues) = (actual.scalars, expected.scalars)
    let largest = max(expectedValues.reduce(0) { max($0, $1.magnitude) }, scale)
    var worst: (index: Int, error: Float) = (0, 0)
    for index in expectedValues.indices {
      let error = (actualValues[index] - expectedValues[index]).magnitude
      // Written so that a NaN counts as the largest possible error.
      if !(error <= worst.error) { worst = (index, error.isNaN ? .infinity : error) }
    }
    if worst.error <= tolerance * largest { return nil }
    let position = Self.position(of: worst.index, in: expected.shape)
    description = """
      \(actualValues[worst.index]) instead of \(expectedValues[worst.index]) at \(position) of \(expected.shape): \
      \(worst.error / largest) of the largest, \(largest), where \(tolerance) is allowed
      """
  }

  private static func position(of index: Int, in shape: Shape) -> [Int] {
    var remainder = index
    var position: [Int] = []
    for size in shape.dimensions.reversed() {
      position.insert(remainder % size, at: 0)
      remainder /= size
    }
    return position
  }
}

/// Records an issue if `actual` differs from `expected` by more than `tolerance` times the largest expected magnitude.
public func expectClose(
  _ actual: NDArray, _ expected: NDArray, tolerance: Float = 1e-5, scale: Float = 0, _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  if let difference = Difference(between: actual, and: expected, tolerance: tolerance, scale: scale) {
    Issue.record("\(label): \(difference)", sourceLocation: sourceLocation)
  }
}
