import Foundation
import Tensors
import Threads

/// Points that distributions are compared by: vectors of one length, whose values are of channels in turn.
package struct PointSet: Sendable {
  package let dimension: Int
  /// One point after another.
  package var values: [Float] = []

  package init(dimension: Int) { self.dimension = dimension }

  package var count: Int { values.count / dimension }
}

/// A distribution of points from which others' distances are measured: their sliced Wasserstein distance, which is the
/// mean distance of the distributions of their projections on random directions (Karras et al. 2018, "Progressive
/// growing of GANs", section 5).
///
/// Points are measured in the reference's units, channel by channel, so that a difference in colour or contrast counts.
package struct SlicedWasserstein: Sendable {
  private static let channels = 3
  /// The places between 0 and 1 at which distributions are compared.
  private static let quantiles = 1001
  private static let directionsAtOnce = 64

  private let means: [Float], deviations: [Float]
  /// `[dimension, directions]`.
  private let directions: NDArray
  /// The reference's quantiles, direction by direction.
  private let reference: [[Float]]

  /// - Parameters:
  ///   - reference: at least one point.
  ///   - directions: `[dimension, directions]`, of length 1.
  ///   - smallestDeviation: counts in place of a smaller one, of a channel that hardly varies.
  package init(reference: PointSet, directions: NDArray, smallestDeviation: Float) {
    precondition(
      reference.count > 0 && directions.shape[0] == reference.dimension,
      "\(reference.count) points of \(reference.dimension) values do not fit directions of shape \(directions.shape)")
    let moments = Self.moments(of: reference)
    means = moments.map { Float($0.mean) }
    deviations = moments.map { max(Float($0.variance.squareRoot()), smallestDeviation) }
    self.directions = directions
    self.reference = Self.quantiles(of: Self.normalized(reference, means, deviations), along: directions)
  }

  /// The mean distance, times 1000: of at least one point.
  package func distance(to points: PointSet) -> Double {
    let found = Self.quantiles(of: Self.normalized(points, means, deviations), along: directions)
    let gaps = zip(reference, found).reduce(0.0) { sum, pair in
      zip(pair.0, pair.1).reduce(sum) { $0 + Double(abs($1.0 - $1.1)) }
    }
    return 1000 * gaps / Double(reference.count * Self.quantiles)
  }

  /// `count` random directions.
  package static func directions(_ count: Int, dimension: Int) -> NDArray {
    let random = Random(seed: 2, purpose: "quality.directions.\(dimension)")
    var values = (0..<dimension * count).map { random.normal(at: $0) }
    for direction in 0..<count {
      let places = stride(from: direction, to: values.count, by: count)
      let length = places.reduce(0.0) { $0 + Double(values[$1] * values[$1]) }.squareRoot()
      for place in places { values[place] /= Float(length) }
    }
    return NDArray(values, shape: [dimension, count])
  }

  private static func moments(of points: PointSet) -> [(mean: Double, variance: Double)] {
    (0..<channels).map { channel in
      let places = stride(from: channel, to: points.values.count, by: channels)
      let count = Double(points.values.count / channels)
      let mean = places.reduce(0.0) { $0 + Double(points.values[$1]) } / count
      let variance = places.reduce(0.0) { $0 + (Double(points.values[$1]) - mean) * (Double(points.values[$1]) - mean) }
      return (mean, variance / count)
    }
  }

  private static func normalized(_ points: PointSet, _ means: [Float], _ deviations: [Float]) -> NDArray {
    NDArray(shape: [points.count, points.dimension]) { target in
      for place in target.indices {
        let channel = place % channels
        target[place] = (points.values[place] - means[channel]) / deviations[channel]
      }
    }
  }

  private static func quantiles(of points: NDArray, along directions: NDArray) -> [[Float]] {
    let count = directions.shape[1]
    return stride(from: 0, to: count, by: directionsAtOnce).flatMap { first in
      let range = first..<min(count, first + directionsAtOnce)
      let projections = withoutGradients {
        Tensor(directions).sliced(axis: 1, range: range).matrixProduct(
          with: Tensor(points), transposingLeft: true, transposingRight: true
        ).value
      }
      let size = points.shape[0]
      return projections.withHostMemory { projections in
        [[Float]](unsafeUninitializedCapacity: range.count) { found, initializedCount in
          let found = found
          ThreadPool.run(count: range.count) { index in
            let sorted = projections[index * size..<(index + 1) * size].sorted()
            found.initializeElement(at: index, to: quantiles(ofSorted: sorted))
          }
          initializedCount = range.count
        }
      }
    }
  }

  /// Between two values, interpolated, as NumPy does.
  private static func quantiles(ofSorted values: [Float]) -> [Float] {
    (0..<quantiles).map { index in
      let place = Double(index) / Double(quantiles - 1) * Double(values.count - 1)
      let first = min(Int(place), values.count - 1)
      let (low, high) = (values[first], values[min(first + 1, values.count - 1)])
      return low + Float(place - Double(first)) * (high - low)
    }
  }
}
