import Datasets
import Foundation
import Testing

struct PrefetcherTests {
  struct Failure: Error, Equatable {
    let step: Int
  }

  /// Lets samplers on several threads wait for each other. Unchecked: `lock` guards every variable.
  private final class Meeting: @unchecked Sendable {
    private let lock = NSCondition()
    private var made: Set<Int> = []
    private var isOver = false

    func finish(_ step: Int) {
      lock.withLock {
        made.insert(step)
        lock.broadcast()
      }
    }

    /// Waits until the samples made so far satisfy `isReached`, or until `end`.
    func wait(until isReached: (Set<Int>) -> Bool) {
      lock.withLock {
        while !isOver && !isReached(made) { lock.wait() }
      }
    }

    func end() {
      lock.withLock {
        isOver = true
        lock.broadcast()
      }
    }

    var count: Int { lock.withLock { made.count } }
    var last: Int { lock.withLock { made.max() ?? -1 } }
  }

  /// Every third sample is finished after the one that follows it, if there is a thread for that.
  @Test(arguments: [1, 2, 5])
  func handsOutSamplesInOrder(threads: Int) throws {
    let meeting = Meeting()
    let prefetcher = Prefetcher(from: 7, ahead: 3, threads: threads) { step in
      if threads > 1 && step % 3 == 0 { meeting.wait { $0.contains(step + 1) } }
      meeting.finish(step)
      return step * step
    }
    for step in 7..<40 { #expect(try prefetcher.next() == step * step) }
    meeting.end()
    prefetcher.stop()
    #expect(throws: CancellationError.self) { try prefetcher.next() }
  }

  /// Before each sample is asked for, all threads have come as far as they may.
  @Test func makesAsManyAsAskedAheadAndNoMore() throws {
    let (ahead, meeting) = (4, Meeting())
    let prefetcher = Prefetcher(from: 0, ahead: ahead, threads: 3) { step in
      meeting.finish(step)
      return step
    }
    for step in 0..<20 {
      meeting.wait { $0.count >= step + ahead }
      #expect(meeting.last == step + ahead - 1)
      #expect(try prefetcher.next() == step)
    }
    prefetcher.stop()
    #expect(meeting.count <= 20 + ahead)
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
    final class Witness: Sendable {
      let gone: DispatchSemaphore

      init(_ gone: DispatchSemaphore) { self.gone = gone }
      deinit { gone.signal() }
    }
    let gone = DispatchSemaphore(value: 0)
    do {
      let witness = Witness(gone)
      let prefetcher = Prefetcher(from: 0) { step in
        withExtendedLifetime(witness) { step }
      }
      #expect(try prefetcher.next() == 0)
    }
    #expect(gone.wait(timeout: .now() + 10) == .success)
  }
}
