import Kernels
import Tensors
import Testing

@Suite struct SeparableMapTests {
  static let maps: [AxisMap] = [
    .padding(size: 7, before: 2, after: 3, mode: .zero), .padding(size: 7, before: 2, after: 3, mode: .reflection),
    .padding(size: 7, before: 2, after: 3, mode: .replication), .nearest(size: 5, factor: 3),
    .bilinear(size: 5, factor: 2), .average(size: 9, window: 3, stride: 2, padding: 1),
  ]

  /// <A x, y> = <x, A' y> for every pair of maps.
  @Test func transposeIsTheAdjoint() {
    for rows in Self.maps {
      for columns in Self.maps {
        let x = random("x", 2 * rows.inputSize * columns.inputSize * 3)
        let y = random("y", 2 * rows.outputSize * columns.outputSize * 3)
        let there = apply(rows, columns, x)
        let back = apply(rows.transposed, columns.transposed, y)
        #expect(abs(dot(there, y) - dot(x, back)) < 1e-4)
      }
    }
  }

  private func apply(_ rows: AxisMap, _ columns: AxisMap, _ values: [Float]) -> [Float] {
    HostDevice.shared.mapped(Buffer(values), rows: rows, columns: columns, batch: 2, channels: 3).values
  }

  private func dot(_ left: [Float], _ right: [Float]) -> Double {
    zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private func random(_ purpose: String, _ count: Int) -> [Float] {
    let random = Random(seed: 5, purpose: purpose)
    return (0..<count).map { random.uniform(at: $0) - 0.5 }
  }
}
