import COpenBLAS
import Threads
import VectorKernels

/// A row-major matrix whose rows are `stride` values apart, read as its transpose if `isTransposed`.
struct Matrix {
  var pointer: UnsafePointer<Float>
  var stride: Int
  var isTransposed = false
}

/// `output = left * right`: `[rows, inner] x [inner, columns]`.
struct MatrixProduct {
  let rows: Int, columns: Int, inner: Int
  let left: Matrix, right: Matrix
  /// `[rows, columns]`.
  let output: UnsafeMutablePointer<Float>

  /// Computes the product on all threads, by OpenBLAS if it is installed, otherwise by the convolutions' own product.
  func compute() {
    guard rows > 0, columns > 0 else { return }
    if let product = OpenBLAS.singleMatrixProduct { compute(by: product) } else { computeByOwnProduct() }
  }

  private func compute(by product: OpenBLAS.SingleMatrixProduct) {
    forBands { left, rows, output in
      product(
        CblasRowMajor, left.isTransposed ? CblasTrans : CblasNoTrans, right.isTransposed ? CblasTrans : CblasNoTrans,
        blasint(rows), blasint(columns), blasint(inner), 1, left.pointer, blasint(left.stride), right.pointer,
        blasint(right.stride), 0, output, blasint(columns))
    }
  }

  /// Computes the product without OpenBLAS.
  func computeByOwnProduct() {
    let panels = HostMemory(count: Panels.size(inner: inner, columns: columns))
    let (rowStep, columnStep) = right.isTransposed ? (1, right.stride) : (right.stride, 1)
    PanelPacking.pack(
      right.pointer, rows: (0..<inner).map { $0 * rowStep }, columns: (0..<columns).map { $0 * columnStep },
      into: panels.pointer)
    let kernels = InstructionSet.kernels
    forBands { left, rows, output in
      withUnsafePointer(to: 0) { start in
        var product = PanelProduct(
          rows: rows, columns: columns, left: left.pointer, leftRow: left.isTransposed ? 1 : left.stride,
          segments: start, segmentCount: 1, run: inner, right: panels.pointer, output: output, outputRow: columns)
        product.leftStep = left.isTransposed ? left.stride : 1
        kernels.multiply(product)
      }
    }
    withExtendedLifetime(panels) {}
  }

  /// Rows that a thread computes at a time.
  static let bandRows = 128

  private func forBands(_ body: (_ left: Matrix, _ rows: Int, _ output: UnsafeMutablePointer<Float>) -> Void) {
    let bands = Bands(count: rows, atMost: Self.bandRows)
    ThreadPool.run(count: bands.pieces) { piece in
      let band = bands[piece]
      var part = left
      part.pointer += left.isTransposed ? band.lowerBound : band.lowerBound * left.stride
      body(part, band.count, output + band.lowerBound * columns)
    }
  }
}
