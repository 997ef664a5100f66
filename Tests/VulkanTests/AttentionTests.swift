import Kernels
import Testing
import Vulkan

@Suite(.needsDevice) struct AttentionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var heads: Int, channels: Int
    var queries: WindowAxis, keys: WindowAxis
    var testDescription: String { "\(heads) heads of \(channels), \(queries.size) queries, \(keys.size) keys" }
  }

  private static func axis(_ length: Int, _ size: Int, shift: Int = 0) -> WindowAxis {
    WindowAxis(
      size: size, positions: (0..<length).map { Int32(($0 + shift) % length) },
      parts: (0..<length).map { $0 < length - shift ? 0 : 1 })
  }

  private static let cases = [
    Case(heads: 1, channels: 4, queries: axis(6, 3), keys: axis(6, 3)),
    Case(heads: 3, channels: 30, queries: axis(16, 8, shift: 4), keys: axis(16, 8, shift: 4)),
    // More keys than queries, of which some are zeros; more than one band of queries.
    Case(
      heads: 2, channels: 5, queries: axis(18, 9),
      keys: WindowAxis(
        size: 12, positions: (-2..<10).map { $0 < 0 ? -1 : Int32($0) } + (8..<20).map { $0 < 18 ? Int32($0) : -1 })
    ),
  ]

  @Test(arguments: cases) private func withinWindows(_ test: Case) throws {
    let side = test.queries.positions.count, total = test.heads * test.channels
    let geometry = AttentionGeometry(
      batch: 2, heads: test.heads, headChannels: test.channels,
      queries: WindowedImage(height: side, width: side, rows: test.queries, columns: test.queries),
      keys: WindowedImage(height: side, width: side, rows: test.keys, columns: test.keys), scale: 0.7)
    let pixels = numbers(2 * side * side * (3 * total + 1))
    let bias = numbers(geometry.biasCount, seed: 3)
    func run(_ index: Int) -> ChannelRun { ChannelRun(pixels, channels: 3 * total + 1, first: index * total + 1) }
    try expectSame(tolerance: 1e-5) {
      [$0.windowAttention(geometry, queries: run(0), keys: run(1), values: run(2), bias: bias)]
    }
  }
}
