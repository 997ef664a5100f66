import Datasets
import Foundation
import Synchronization
import Testing

struct PrefetcherTests {
  struct Failure: Error, Equatable {
    let step: Int
  }

  /// Every third sample takes longer than its neighbours.
  @Sendable private static func slowly(_ step: Int) throws -> Int {
    Thread.sleep(forTimeInterval: step % 3 == 0 ? 0.004 : 0)
    return step * step
  }

  @Test(arguments: [1, 2, 5])
  func handsOutSamplesInOrder(threads: Int) throws {
    let prefetcher = Prefetcher(from: 7, ahead: 3, threads: threads, sample: Self.slowly)
    for step in 7..<40 { #expect(try prefetcher.next() == step * step) }
    prefetcher.stop()
    #expect(throws: CancellationError.self) { try prefetcher.next() }
  }

  @Test func makesNoMoreThanAskedAhead() throws {
    let made = Mutex(0)
    let prefetcher = Prefetcher(from: 0, ahead: 4, threads: 3) { step in
      made.withLock { $0 += 1 }
      return step
    }
    #expect(try prefetcher.next() == 0)
    Thread.sleep(forTimeInterval: 0.05)
    #expect(made.withLock { $0 } == 5)
    prefetcher.stop()
  }

  @Test func errorsComeAtTheirStep() throws {
    let prefetcher = Prefetcher(from: 0, ahead: 4, threads: 2) { step in
      if step == 2 { throw Failure(step: step) }
      return step
    }
    #expect(try prefetcher.next() == 0)
    #expect(try prefetcher.next() == 1)
    #expect(throws: Failure(step: 2)) { try prefetcher.next() }
    #expect(try prefetcher.next() == 3)
  }

  @Test func threadsEndWithThePrefetcher() throws {
    final class Witness: Sendable {}
    weak var seen: Witness?
    do {
      let witness = Witness()
      seen = witness
      let prefetcher = Prefetcher(from: 0) { step in
        withExtendedLifetime(witness) { step }
      }
      #expect(try prefetcher.next() == 0)
    }
    for _ in 0..<200 where seen != nil { Thread.sleep(forTimeInterval: 0.01) }
    #expect(seen == nil)
  }
}
