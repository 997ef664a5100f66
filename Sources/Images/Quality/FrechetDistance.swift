/// FID, the Fréchet distance of sets of features (Heusel et al. 2017).
extension FeatureSet {
  /// How many images published distances are measured with at least. Of fewer, whose covariances are not known well, a
  /// distance is much too large, and cannot be compared with one of another number.
  public static let fewestForFrechetDistance = 2048

  /// The squared distance of two normal distributions with the means and covariances of the sets; nil if one has fewer
  /// than 2 vectors.
  public func frechetDistance(to other: FeatureSet) -> Double? {
    guard dimension == other.dimension, min(count, other.count) > 1 else { return nil }
    let (first, second) = (Moments(of: self), Moments(of: other))
    let gap = zip(first.mean, second.mean).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return gap + first.variance + second.variance - 2 * first.root.traceNorm(ofProductWith: second.root)
  }
}

/// A set's mean and covariance, the latter as a matrix R with R'R = covariance and as few rows as possible.
private struct Moments {
  let mean: [Double]
  /// The trace of the covariance.
  let variance: Double
  let root: Matrix

  init(of set: FeatureSet) {
    let (count, dimension) = (set.count, set.dimension)
    let values = set.values
    var mean = [Double](repeating: 0, count: dimension)
    for row in 0..<count {
      for column in 0..<dimension { mean[column] += Double(values[row * dimension + column]) }
    }
    for column in 0..<dimension { mean[column] /= Double(count) }
    self.mean = mean
    let scale = 1 / Double(count - 1).squareRoot()
    let centered: (Int, Int) -> Double = { (Double(values[$0 * dimension + $1]) - mean[$1]) * scale }
    if count < dimension {
      root = Matrix(rows: count, columns: dimension, centered)
    } else {
      // Each feature's values in a row.
      let features = Matrix(rows: dimension, columns: count) { centered($1, $0) }
      root = features.gram.choleskyFactor.transposed
    }
    variance = root.squaredNorm
  }
}

extension Matrix {
  /// The sum of the singular values of this matrix times the other's transpose: for roots of covariances, the trace of
  /// the square root of the covariances' product.
  fileprivate func traceNorm(ofProductWith other: Matrix) -> Double {
    let (small, large) = rows <= other.rows ? (self, other) : (other, self)
    return small.product(withTransposed: large).gram.symmetricEigenvalues.reduce(0.0) { $0 + max(0, $1).squareRoot() }
  }
}
