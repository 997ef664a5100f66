import Kernels
import Tensors
import Testing

@Suite struct MatrixProductTests {
  @Test(arguments: [(1, 1, 1), (5, 3, 7), (130, 17, 64), (300, 40, 9)], [false, true])
  func followsTheDefinition(_ sizes: (rows: Int, columns: Int, inner: Int), transposes: Bool) {
    let (rows, columns, inner) = sizes
    let random = Random(seed: 1, purpose: "matrices")
    let left = (0..<2 * rows * inner).map { random.uniform(at: $0) - 0.5 }
    let right = (0..<2 * inner * columns).map { random.uniform(at: 1_000_000 + $0) - 0.5 }
    let geometry = MatrixProductGeometry(
      batch: 2, rows: rows, columns: columns, inner: inner, transposesLeft: transposes, transposesRight: transposes)
    let results = [
      HostDevice.shared.matrixProduct(geometry, left: Buffer(left), right: Buffer(right)),
      HostDevice.shared.matrixProductWithoutOpenBLAS(geometry, left: Buffer(left), right: Buffer(right)),
    ].map(\.values)
    for index in 0..<2 {
      for row in 0..<rows {
        for column in 0..<columns {
          let expected = (0..<inner).reduce(0.0) { sum, k in
            let l = index * rows * inner + (transposes ? k * rows + row : row * inner + k)
            let r = index * inner * columns + (transposes ? column * inner + k : k * columns + column)
            return sum + Double(left[l]) * Double(right[r])
          }
          for result in results {
            #expect(abs(Double(result[(index * rows + row) * columns + column]) - expected) < 1e-4)
          }
        }
      }
    }
  }
}
