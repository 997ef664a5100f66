import COpenBLAS
import Threads

/// A matrix in row-major memory: `rows` x `columns`, rows `stride` values apart, optionally read as its transpose.
package struct Matrix {
  var pointer: UnsafePointer<Float>
  var stride: Int
  var isTransposed: Bool

  package init(_ pointer: UnsafePointer<Float>, stride: Int, isTransposed: Bool = false) {
    self.pointer = pointer
    self.stride = stride
    self.isTransposed = isTransposed
  }
}

package enum MatrixProduct {
  /// `output = left * right` (or `output += …`) on the calling thread: `[rows, inner] x [inner, columns]`.
  package static func compute(
    rows: Int, columns: Int, inner: Int, left: Matrix, right: Matrix,
    output: UnsafeMutablePointer<Float>, outputStride: Int, accumulating: Bool = false
  ) {
    guard rows > 0, columns > 0 else { return }
    OpenBLAS.singleMatrixProduct(
      CblasRowMajor, left.isTransposed ? CblasTrans : CblasNoTrans, right.isTransposed ? CblasTrans : CblasNoTrans,
      blasint(rows), blasint(columns), blasint(inner), 1, left.pointer, blasint(left.stride), right.pointer,
      blasint(right.stride), accumulating ? 1 : 0, output, blasint(outputStride))
  }

  /// The same on all threads, cut into bands of rows.
  package static func computeInParallel(
    rows: Int, columns: Int, inner: Int, left: Matrix, right: Matrix,
    output: UnsafeMutablePointer<Float>, outputStride: Int
  ) {
    let bands = Bands(count: rows, atMost: 128)
    ThreadPool.run(count: bands.pieces) { piece in
      let band = bands[piece]
      var part = left
      part.pointer += left.isTransposed ? band.lowerBound : band.lowerBound * left.stride
      compute(
        rows: band.count, columns: columns, inner: inner, left: part, right: right,
        output: output + band.lowerBound * outputStride, outputStride: outputStride)
    }
  }
}
