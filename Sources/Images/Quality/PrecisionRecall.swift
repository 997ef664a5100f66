import Tensors

/// Precision and recall of sets of features (Kynkäänniemi et al. 2019), which tell apart what distances mix: how good a set's
/// images are, and how much of the variety there is in them.
extension FeatureSet {
  /// The share of this set's vectors that lie among the reference's, and the share of the reference's that lie among this set's,
  /// both in 0...1; nil if a set has no more vectors than `neighbours`.
  ///
  /// A vector lies among a set's if it is no further from one of them than that one's nearest others.
  ///
  /// - Parameter neighbours: of how many others of its set a vector reaches the furthest; as published 3.
  public func precisionAndRecall(
    beside reference: FeatureSet, neighbours: Int = 3
  ) -> (precision: Double, recall: Double)? {
    guard dimension == reference.dimension, neighbours > 0, min(count, reference.count) > neighbours else { return nil }
    // Around their middle, so that few digits are lost where distances are computed from products.
    let middle = withoutGradients { Tensor(reference.array).mean(axes: [0], keepingDimensions: true) }
    let (own, other) = withoutGradients { (Tensor(array) - middle, Tensor(reference.array) - middle) }
    return (
      Self.share(of: own, within: other, Self.reaches(in: other, neighbours)),
      Self.share(of: other, within: own, Self.reaches(in: own, neighbours))
    )
  }

  /// The squared distance of each vector from its nearest others' furthest.
  private static func reaches(in set: Tensor, _ neighbours: Int) -> [Double] {
    var reaches: [Double] = []
    eachVector(of: set, to: set) { distances in
      // The nearest is the vector itself.
      var nearest = Array(repeating: Double.infinity, count: neighbours + 1)
      for distance in distances where distance < nearest[neighbours] {
        let place = nearest.firstIndex { distance < $0 } ?? neighbours
        nearest.insert(distance, at: place)
        nearest.removeLast()
      }
      reaches.append(nearest[neighbours])
    }
    return reaches
  }

  private static func share(of set: Tensor, within other: Tensor, _ reaches: [Double]) -> Double {
    var within = 0
    eachVector(of: set, to: other) { distances in
      if zip(distances, reaches).contains(where: { $0 <= $1 }) { within += 1 }
    }
    return Double(within) / Double(set.shape[0])
  }

  private static let rowsAtOnce = 512

  /// Calls `body` with each vector's squared distances from all of the other set.
  private static func eachVector(of set: Tensor, to other: Tensor, _ body: ([Double]) -> Void) {
    func squares(_ set: Tensor) -> [Float] { withoutGradients { set.squared().sum(axes: [1]).value.scalars } }
    let (lengths, otherLengths) = (squares(set), squares(other))
    let columns = otherLengths.count
    for first in stride(from: 0, to: lengths.count, by: rowsAtOnce) {
      let rows = first..<min(lengths.count, first + rowsAtOnce)
      let products = withoutGradients {
        set.sliced(axis: 0, range: rows).matrixProduct(with: other, transposingRight: true).value.scalars
      }
      for row in rows {
        body(
          (0..<columns).map { column in
            let product = Double(products[(row - first) * columns + column])
            return max(0, Double(lengths[row]) + Double(otherLengths[column]) - 2 * product)
          })
      }
    }
  }
}
