import Threads

/// A matrix in double precision, for figures that need it.
package struct Matrix: Sendable {
  package let rows: Int, columns: Int
  /// From a row's beginning to the next; the values in between are 0.
  private let stride: Int
  private var values: [Double]

  private static let lanes = 4
  private static let valueSize = MemoryLayout<Double>.stride

  package init(rows: Int, columns: Int, _ value: (Int, Int) -> Double = { _, _ in 0 }) {
    (self.rows, self.columns) = (rows, columns)
    // An even number of vectors, and of rows, for `product`.
    stride = (columns + Self.lanes - 1) / Self.lanes * Self.lanes
    values = Array(repeating: 0, count: (rows + rows % 2) * stride)
    for row in 0..<rows {
      for column in 0..<columns { values[row * stride + column] = value(row, column) }
    }
  }

  package subscript(row: Int, column: Int) -> Double {
    get { values[row * stride + column] }
    set { values[row * stride + column] = newValue }
  }

  package var transposed: Matrix { Matrix(rows: columns, columns: rows) { self[$1, $0] } }

  /// The sum of all values' squares.
  var squaredNorm: Double { values.reduce(0) { $0 + $1 * $1 } }

  /// The symmetric matrix of the rows' products with each other.
  package var gram: Matrix { product(self, isSymmetric: true) }

  /// The products of this matrix's rows with the other's.
  package func product(withTransposed other: Matrix) -> Matrix { product(other, isSymmetric: false) }

  /// - Parameter isSymmetric: whether only the half below the diagonal is computed, and mirrored.
  private func product(_ other: Matrix, isSymmetric: Bool) -> Matrix {
    precondition(columns == other.columns, "rows of \(columns) and \(other.columns) values cannot be multiplied")
    var product = Matrix(rows: rows, columns: other.rows)
    let bands = Bands(count: (other.rows + 1) / 2, atMost: 8)
    let (next, targetStride) = (stride * Self.valueSize, product.stride)
    let (leftStarts, rightStarts) = (pairStarts, other.pairStarts)
    values.withUnsafeBytes { left in
      other.values.withUnsafeBytes { right in
        product.values.withUnsafeMutableBufferPointer { target in
          let target = target
          ThreadPool.run(count: bands.pieces) { band in
            let first = isSymmetric ? bands[band].lowerBound : 0
            for pair in first..<(rows + 1) / 2 {
              for otherPair in bands[band] where !isSymmetric || otherPair <= pair {
                var (a, b, c, d) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
                let (row, column) = (2 * pair * next, 2 * otherPair * next)
                let start = max(leftStarts[pair], rightStarts[otherPair]) * Self.valueSize
                for place in Swift.stride(from: start, to: next, by: Self.lanes * Self.valueSize) {
                  let x = left.loadUnaligned(fromByteOffset: row + place, as: SIMD4<Double>.self)
                  let y = left.loadUnaligned(fromByteOffset: row + next + place, as: SIMD4<Double>.self)
                  let u = right.loadUnaligned(fromByteOffset: column + place, as: SIMD4<Double>.self)
                  let v = right.loadUnaligned(fromByteOffset: column + next + place, as: SIMD4<Double>.self)
                  a += x * u
                  b += x * v
                  c += y * u
                  d += y * v
                }
                // Room for an odd number of rows is there, but not for a column that another row begins with.
                let place = 2 * pair * targetStride + 2 * otherPair
                target[place] = a.sum()
                target[place + targetStride] = c.sum()
                guard 2 * otherPair + 1 < other.rows else { continue }
                target[place + 1] = b.sum()
                target[place + targetStride + 1] = d.sum()
              }
            }
          }
        }
      }
    }
    if isSymmetric {
      for row in 0..<rows {
        for column in 0..<row { product[column, row] = product[row, column] }
      }
    }
    return product
  }

  /// For each pair of rows, where the vector with their first value other than 0 begins: triangles need no products
  /// with what is empty.
  private var pairStarts: [Int] {
    Swift.stride(from: 0, to: rows, by: 2).map { row in
      let first = (0..<stride).first { values[row * stride + $0] != 0 || values[(row + 1) * stride + $0] != 0 }
      return (first ?? stride) / Self.lanes * Self.lanes
    }
  }

  /// The lower triangle L of a positive semidefinite matrix with LL' = the matrix. Pivots that rounding left nothing of
  /// count as 0.
  package var choleskyFactor: Matrix {
    precondition(rows == columns, "a matrix of \(rows) by \(columns) has no Cholesky factor")
    var factor = Matrix(rows: rows, columns: columns) { $1 <= $0 ? self[$0, $1] : 0 }
    let largest = (0..<rows).map { self[$0, $0] }.max() ?? 0
    let smallest = largest * Double(rows) * .ulpOfOne
    for column in 0..<columns {
      let products = factor.products(ofRowsFrom: column, with: column, count: column)
      let pivot = factor[column, column] - products[0]
      let root = pivot > smallest ? pivot.squareRoot() : 0
      factor[column, column] = root
      for row in column + 1..<max(column + 1, rows) {
        factor[row, column] = root > 0 ? (factor[row, column] - products[row - column]) / root : 0
      }
    }
    return factor
  }

  /// The products of the first values of one row with those of each from it on.
  private func products(ofRowsFrom first: Int, with row: Int, count: Int) -> [Double] {
    let (next, rows) = (stride * Self.valueSize, rows)
    let whole = count / Self.lanes * Self.lanes
    return [Double](unsafeUninitializedCapacity: rows - first) { products, initializedCount in
      let products = products
      values.withUnsafeBytes { values in
        let bands = Bands(count: rows - first, atMost: max(1, (1 << 15) / max(1, count)))
        ThreadPool.run(count: bands.pieces) { band in
          for index in bands[band] {
            let (left, right) = (row * next, (first + index) * next)
            var sums = SIMD4<Double>.zero
            for place in Swift.stride(from: 0, to: whole * Self.valueSize, by: Self.lanes * Self.valueSize) {
              sums +=
                values.loadUnaligned(fromByteOffset: left + place, as: SIMD4<Double>.self)
                * values.loadUnaligned(fromByteOffset: right + place, as: SIMD4<Double>.self)
            }
            var sum = sums.sum()
            for place in whole..<count {
              let offset = place * Self.valueSize
              sum +=
                values.load(fromByteOffset: left + offset, as: Double.self)
                * values.load(fromByteOffset: right + offset, as: Double.self)
            }
            products.initializeElement(at: index, to: sum)
          }
        }
      }
      initializedCount = rows - first
    }
  }
}
