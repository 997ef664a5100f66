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
    var values = (0..<count * count).map { self[$0 / count, $0 % count] }
    var (diagonal, beside) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    // The last reflection, I - u u' / h, subtracts u q' + q u' from the matrix. That is done where the next one reads
    // it.
    var (u, q) = (diagonal, diagonal)
    for last in (0..<count).reversed() {
      var next = (0..<last).map { values[last * count + $0] - u[last] * q[$0] - q[last] * u[$0] }
      diagonal[last] = values[last * count + last] - 2 * u[last] * q[last]
      let length = next.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
      guard last > 0 else { break }
      let reflected = next[last - 1] > 0 ? -length : length
      beside[last - 1] = reflected
      let half = length * length - reflected * next[last - 1]
      next[last - 1] -= reflected
      let products = Self.reflect(&values, count: count, size: last, u, q, next)
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

  /// Subtracts u q' + q u' from the first `size` rows and columns, and returns their products with a vector.
  private static func reflect(
    _ values: inout [Double], count: Int, size: Int, _ u: [Double], _ q: [Double], _ vector: [Double]
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: size) { products, initializedCount in
      let products = products
      values.withUnsafeMutableBufferPointer { values in
        let values = values
        u.withUnsafeBufferPointer { u in
          q.withUnsafeBufferPointer { q in
            vector.withUnsafeBufferPointer { vector in
              let bands = Bands(count: size, atMost: max(1, (1 << 15) / size))
              ThreadPool.run(count: bands.pieces) { band in
                for row in bands[band] {
                  let (ofU, ofQ, start) = (u[row], q[row], row * count)
                  var (sum, other) = (0.0, 0.0)
                  for column in stride(from: 0, to: size - 1, by: 2) {
                    let first = values[start + column] - ofU * q[column] - ofQ * u[column]
                    let second = values[start + column + 1] - ofU * q[column + 1] - ofQ * u[column + 1]
                    values[start + column] = first
                    values[start + column + 1] = second
                    sum += first * vector[column]
                    other += second * vector[column + 1]
                  }
                  if size % 2 == 1 {
                    let column = size - 1
                    values[start + column] -= ofU * q[column] + ofQ * u[column]
                    sum += values[start + column] * vector[column]
                  }
                  products.initializeElement(at: row, to: sum + other)
                }
              }
            }
          }
        }
      }
      initializedCount = size
    }
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
