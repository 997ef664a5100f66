import Kernels
import Tensors
import Testing

@Suite struct MatrixProductTests {
  @Test(arguments: [(1, 1, 1), (5, 3, 7), (130, 17, 64), (300, 40, 9)])
  func followsTheDefinition(rows: Int, columns: Int, inner: Int) {
    let random = Random(seed: 1, purpose: "matrices")
    let left = (0..<rows * inner).map { random.uniform(at: $0) - 0.5 }
    let right = (0..<inner * columns).map { random.uniform(at: 1_000_000 + $0) - 0.5 }
    var result = [Float](repeating: .nan, count: rows * columns)
    result.withUnsafeMutableBufferPointer {
      MatrixProduct.computeInParallel(
        rows: rows, columns: columns, inner: inner, left: Matrix(left, stride: inner),
        right: Matrix(right, stride: columns), output: $0.baseAddress!, outputStride: columns)
    }
    for row in 0..<rows {
      for column in 0..<columns {
        let expected = (0..<inner).reduce(0.0) {
          $0 + Double(left[row * inner + $1]) * Double(right[$1 * columns + column])
        }
        #expect(abs(Double(result[row * columns + column]) - expected) < 1e-4)
      }
    }
  }
}
