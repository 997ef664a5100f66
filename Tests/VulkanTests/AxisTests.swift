import Kernels
import Testing
import Vulkan

@Suite(.needsDevice) struct AxisTests {
  @Test(arguments: [(1, 1, 1), (1, 100_003, 1), (3, 700, 5), (2, 9000, 64), (5, 2, 300), (1, 65, 257)])
  func reductions(outer: Int, count: Int, inner: Int) throws {
    let values = numbers(outer * count * inner, shift: 0.5)
    try expectSame(tolerance: 2e-6, "sum") { [$0.sum(values, outer: outer, count: count, inner: inner)] }
    try expectSame(tolerance: 2e-6, "squares") { [$0.sumOfSquares(values)] }
    try expectSame(tolerance: 0, "maximum") { device in
      let maximum = device.maximum(values, outer: outer, count: count, inner: inner)
      return [maximum, device.firstPlaces(of: maximum, in: values, outer: outer, count: count, inner: inner)]
    }
  }

  @Test func negativeMaxima() throws {
    try expectSame(tolerance: 0) { [$0.maximum(numbers(700, shift: -100), outer: 1, count: 700, inner: 1)] }
  }

  @Test(arguments: [1, 7, 64, 313]) func softmax(channels: Int) throws {
    let values = numbers(33 * channels, scale: 10)
    try expectSame(tolerance: 2e-6) { device in
      [device.softmax(values, channels: channels), device.logSoftmax(values, channels: channels)]
    }
  }

  @Test func copies() throws {
    let first = numbers(60), second = numbers(50, seed: 2)
    try expectSame(tolerance: 0) { device in
      [
        device.assembled(
          count: 100,
          from: [
            StridedCopy(first, rows: 4, count: 6, sourceStart: 3, sourceStride: 10, targetStride: 25),
            StridedCopy(second, rows: 5, count: 7, sourceStart: 1, sourceStride: 8, targetStart: 8, targetStride: 20),
          ]),
        device.permuted(first, dimensions: [3, 4, 5], permutation: [2, 0, 1]),
        device.permuted(first, dimensions: [1, 2, 5, 3, 2], permutation: [4, 2, 0, 3, 1]), device.copy(of: second),
        device.filled(with: -1.5, count: 77),
      ]
    }
  }
}
