/// `0 ..< count` split into nearly equal ranges, regardless of the number of threads.
package struct Bands {
  package let count: Int
  package let pieces: Int

  package init(count: Int, atMost longest: Int) {
    self.count = count
    pieces = (count + longest - 1) / longest
  }

  /// The length of the longest piece. Lengths differ by at most one, in no fixed order.
  package var longest: Int { pieces == 0 ? 0 : (count + pieces - 1) / pieces }

  package subscript(piece: Int) -> Range<Int> {
    (count * piece / pieces)..<(count * (piece + 1) / pieces)
  }

  /// Runs elementwise work on all threads, in pieces long enough to be worth waking a thread for.
  package static func run(over count: Int, _ body: (Range<Int>) -> Void) {
    let bands = Bands(count: count, atMost: 1 << 15)
    ThreadPool.run(count: bands.pieces) { body(bands[$0]) }
  }
}
