import Tensors

/// What a network saw in each of several images: vectors of one length.
public struct FeatureSet: Sendable {
  /// The length of a vector.
  public let dimension: Int
  /// One vector after another.
  private(set) var values: [Float] = []

  public init(dimension: Int) {
    precondition(dimension > 0, "features need a dimension of at least 1, not \(dimension)")
    self.dimension = dimension
  }

  public var count: Int { values.count / dimension }

  public mutating func append(_ features: [Float]) {
    precondition(features.count == dimension, "\(features.count) features do not fit a set of \(dimension)")
    values += features
  }

  /// Those at places, in their order.
  package func selecting(_ places: [Int]) -> FeatureSet {
    var selected = self
    selected.values = places.flatMap { values[$0 * dimension..<($0 + 1) * dimension] }
    return selected
  }

  /// `[count, dimension]`.
  package var array: NDArray { NDArray(values, shape: [count, dimension]) }
}
