import Foundation
import Threads

extension Matrix {
  /// The eigenvalues of a symmetric matrix, in no order: Householder's reduction to a tridiagonal matrix, then implicit
  /// QL steps (Golub and Van Loan, Matrix Computations, chapter 8).
  package var symmetricEigenvalues: [Double] {
    precondition(rows == columns, "a matrix of \(rows) by \(columns) has no symmetric eigenvalues")
    var (diagonal, beside) = tridiagonal
    eigenvalues(&diagonal, &beside)
    return diagonal
  }

  /// The diagonal of the tridiagonal matrix with the same eigenvalues, and the values beside it, with a 0 at the end.
  private var tridiagonal: (diagonal: [Double], beside: [Double]) {
    let count = rows
    var triangle = Triangle(of: self)
    var (diagonal, beside) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    // The last reflection, I - u u' / h, subtracts u q' + q u' from the matrix. That is done where the next one reads it.
    var (u, q) = (diagonal, diagonal)
    for last in (0..<count).reversed() {
      var next = (0..<last).map { triangle[last, $0] - u[last] * q[$0] - q[last] * u[$0] }
      diagonal[last] = triangle[last, last] - 2 * u[last] * q[last]
      guard last > 0 else { break }
      let length = next.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
      let reflected = next[last - 1] > 0 ? -length : length
      beside[last - 1] = reflected
      let half = length * length - reflected * next[last - 1]
      next[last - 1] -= reflected
      let products = triangle.subtract(u, q, size: last, multiplyingBy: next)
      guard half > 0 else {
        (u, q) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        continue
      }
      let share = zip(next, products).reduce(0.0) { $0 + $1.0 * $1.1 } / (2 * half * half)
      for index in 0..<last {
        u[index] = next[index]
        q[index] = products[index] / half - share * next[index]
      }
    }
    return (diagonal, beside)
  }

  /// More steps than any eigenvalue has been seen to need.
  private static let mostSteps = 60

  /// Replaces a tridiagonal matrix's diagonal by its eigenvalues.
  private func eigenvalues(_ diagonal: inout [Double], _ beside: inout [Double]) {
    let count = diagonal.count
    // What is smaller than rounding errors of the whole.
    let negligible = .ulpOfOne * (diagonal + beside).reduce(0) { max($0, abs($1)) }
    for first in 0..<count {
      for _ in 0..<Self.mostSteps {
        // The block from `first` on that no negligible value beside the diagonal cuts.
        var end = first
        while end < count - 1, abs(beside[end]) > negligible { end += 1 }
        if end == first { break }
        var g = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first])
        let root = hypot(g, 1)
        g = diagonal[end] - diagonal[first] + beside[first] / (g + (g < 0 ? -root : root))
        var (sine, cosine, shift) = (1.0, 1.0, 0.0)
        var isCut = false
        for index in stride(from: end - 1, through: first, by: -1) {
          let (f, b) = (sine * beside[index], cosine * beside[index])
          let length = hypot(f, g)
          beside[index + 1] = length
          if length == 0 {
            diagonal[index + 1] -= shift
            beside[end] = 0
            isCut = true
            break
          }
          (sine, cosine) = (f / length, g / length)
          g = diagonal[index + 1] - shift
          let turn = (diagonal[index] - g) * sine + 2 * cosine * b
          shift = sine * turn
          diagonal[index + 1] = g + shift
          g = cosine * turn - b
        }
        if isCut { continue }
        diagonal[first] -= shift
        beside[first] = g
        beside[end] = 0
      }
    }
  }
}

/// A symmetric matrix, of which only what lies on and below the diagonal is kept up to date.
private struct Triangle {
  private let count: Int
  private var values: [Double]

  private static let rowsPerBand = 64
  private static let lanes = 4
  private static let valueSize = MemoryLayout<Double>.stride

  init(of matrix: Matrix) {
    count = matrix.rows
    values = (0..<count * count).map { [count] in matrix[$0 / count, $0 % count] }
  }

  subscript(row: Int, column: Int) -> Double { values[row * count + column] }

  /// Subtracts u q' + q u' from the first `size` rows and columns, and returns their products with a vector.
  mutating func subtract(_ u: [Double], _ q: [Double], size: Int, multiplyingBy vector: [Double]) -> [Double] {
    let bands = Bands(count: size, atMost: Self.rowsPerBand)
    // Each band of rows is one of columns too, since the matrix is symmetric, and adds to all products before it.
    var parts = [Double](repeating: 0, count: bands.pieces * size)
    let rowSize = count * Self.valueSize
    values.withUnsafeMutableBytes { values in
      parts.withUnsafeMutableBytes { parts in
        u.withUnsafeBytes { u in
          q.withUnsafeBytes { q in
            vector.withUnsafeBytes { vector in
              let (values, parts) = (values, parts)
              ThreadPool.run(count: bands.pieces) { band in
                let sums = band * size * Self.valueSize
                for row in bands[band] {
                  let own = row * Self.valueSize
                  let ofU = u.load(fromByteOffset: own, as: Double.self)
                  let ofQ = q.load(fromByteOffset: own, as: Double.self)
                  let ofVector = vector.load(fromByteOffset: own, as: Double.self)
                  let start = row * rowSize
                  let whole = row / Self.lanes * Self.lanes * Self.valueSize
                  var products = SIMD4<Double>.zero
                  for place in stride(from: 0, to: whole, by: Self.lanes * Self.valueSize) {
                    let changed =
                      values.loadUnaligned(fromByteOffset: start + place, as: SIMD4<Double>.self)
                      - ofU * q.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
                      - ofQ * u.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
                    values.storeBytes(of: changed, toByteOffset: start + place, as: SIMD4<Double>.self)
                    products += changed * vector.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
                    let sum = parts.loadUnaligned(fromByteOffset: sums + place, as: SIMD4<Double>.self)
                    parts.storeBytes(
                      of: sum + changed * ofVector, toByteOffset: sums + place, as: SIMD4<Double>.self)
                  }
                  var product = products.sum()
                  for place in stride(from: whole, through: own, by: Self.valueSize) {
                    let changed =
                      values.load(fromByteOffset: start + place, as: Double.self)
                      - ofU * q.load(fromByteOffset: place, as: Double.self)
                      - ofQ * u.load(fromByteOffset: place, as: Double.self)
                    values.storeBytes(of: changed, toByteOffset: start + place, as: Double.self)
                    product += changed * vector.load(fromByteOffset: place, as: Double.self)
                    guard place < own else { continue }
                    let sum = parts.load(fromByteOffset: sums + place, as: Double.self)
                    parts.storeBytes(of: sum + changed * ofVector, toByteOffset: sums + place, as: Double.self)
                  }
                  let place = sums + own
                  let sum = parts.load(fromByteOffset: place, as: Double.self)
                  parts.storeBytes(of: sum + product, toByteOffset: place, as: Double.self)
                }
              }
            }
          }
        }
      }
    }
    var products = [Double](repeating: 0, count: size)
    for band in 0..<bands.pieces {
      for index in 0..<bands[band].upperBound { products[index] += parts[band * size + index] }
    }
    return products
  }
}
