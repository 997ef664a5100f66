import Tensors
import Threads

/// KID, the kernel distance of sets of features (Binkowski et al. 2018): the squared maximum mean discrepancy with the
/// kernel (x · y / dimension + 1)³, without bias, so that it may be a little below 0.
extension FeatureSet {
  /// Over all vectors of both sets; nil if one has fewer than 2.
  public func kernelDistance(to other: FeatureSet) -> Double? {
    let (n, m) = (count, other.count)
    guard dimension == other.dimension, min(n, m) > 1 else { return nil }
    let within = kernelSum(with: self, isSame: true) / Double(n * (n - 1))
    let withinOther = other.kernelSum(with: other, isSame: true) / Double(m * (m - 1))
    return within + withinOther - 2 * kernelSum(with: other, isSame: false) / Double(n * m)
  }

  /// The mean and the standard deviation over random subsets of both sets, drawn without repetition, as torch-fidelity
  /// and the paper report it; nil if a set has fewer vectors than a subset.
  public func kernelDistances(
    to other: FeatureSet, subsets: Int = 100, size: Int = 1000
  ) -> (mean: Double, deviation: Double)? {
    guard size > 1, min(count, other.count) >= size, subsets > 0 else { return nil }
    let distances = (0..<subsets).compactMap { subset in
      func drawn(_ set: FeatureSet, _ purpose: String) -> FeatureSet {
        set.selecting(
          Array(
            Random(seed: 1, purpose: "quality.subsets.\(purpose)", step: subset).permutation(of: set.count)
              .prefix(size)))
      }
      return drawn(self, "first").kernelDistance(to: drawn(other, "second"))
    }
    guard distances.count == subsets else { return nil }
    let mean = distances.reduce(0, +) / Double(subsets)
    let variance = distances.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(subsets)
    return (mean, variance.squareRoot())
  }

  private static let rowsAtOnce = 512

  /// The kernel summed over all pairs; if both sets are one, over those of different vectors.
  private func kernelSum(with other: FeatureSet, isSame: Bool) -> Double {
    let (left, right, scale) = (Tensor(array), Tensor(other.array), 1 / Double(dimension))
    let columns = other.count
    return stride(from: 0, to: count, by: Self.rowsAtOnce).reduce(0.0) { sum, first in
      let rows = first..<min(count, first + Self.rowsAtOnce)
      let products = withoutGradients {
        left.sliced(axis: 0, range: rows).matrixProduct(with: right, transposingRight: true).value
      }
      return sum
        + products.withHostMemory { products in
          rows.reduce(0.0) { sum, row in
            (0..<columns).reduce(sum) { sum, column in
              if isSame && row == column { return sum }
              let base = Double(products[(row - first) * columns + column]) * scale + 1
              return sum + base * base * base
            }
          }
        }
    }
  }
}
