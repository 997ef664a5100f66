import Foundation
import Synchronization
import Testing
import Threads

@Suite struct ThreadPoolTests {
  @Test func everyPieceRunsOnce() {
    for count in [0, 1, 2, 3, 1000] {
      let seen = Mutex([Int](repeating: 0, count: count))
      ThreadPool.run(count: count) { piece in seen.withLock { $0[piece] += 1 } }
      #expect(seen.withLock { $0.allSatisfy { $0 == 1 } }, "\(count) pieces")
    }
  }

  /// Runs in a separate process, where nothing else sets the number of threads.
  @Test func threadsShareTheWork() async {
    await #expect(processExitsWith: .success) {
      ThreadPool.threadCount = 3
      let threads = Mutex(Set<UInt>())
      let begun = Atomic<Int>(0)
      let deadline = ContinuousClock.now + .seconds(60)
      // No piece ends before all have begun, so each needs its own thread.
      ThreadPool.run(count: 3) { _ in
        threads.withLock { _ = $0.insert(UInt(pthread_self())) }
        begun.add(1, ordering: .relaxed)
        while begun.load(ordering: .relaxed) < 3, ContinuousClock.now < deadline { sched_yield() }
      }
      #expect(threads.withLock { $0.count } == 3)
      #expect(threads.withLock { $0.contains(UInt(pthread_self())) }, "the caller works too")
    }
  }

  @Test func threadsBeginWithSharesOfTheirOwn() async {
    await #expect(processExitsWith: .success) {
      ThreadPool.threadCount = 2
      let firstPieces = Mutex([UInt: Int]())
      let begun = Atomic<Int>(0)
      let deadline = ContinuousClock.now + .seconds(60)
      ThreadPool.run(count: 4) { piece in
        firstPieces.withLock { $0[UInt(pthread_self()), default: piece] += 0 }
        guard piece % 2 == 0 else { return }
        begun.add(1, ordering: .relaxed)
        while begun.load(ordering: .relaxed) < 2, ContinuousClock.now < deadline { sched_yield() }
      }
      #expect(firstPieces.withLock { $0.values.sorted() } == [0, 2])
    }
  }

  @Test func oneThreadIsTheCaller() async {
    await #expect(processExitsWith: .success) {
      ThreadPool.threadCount = 1
      let threads = Mutex(Set<UInt>())
      ThreadPool.run(count: 100) { _ in threads.withLock { _ = $0.insert(UInt(pthread_self())) } }
      #expect(threads.withLock { $0 } == [UInt(pthread_self())])
    }
  }

  @Test func workWithinWorkRunsOnTheSameThread() {
    let total = Atomic<Int>(0)
    let strays = Atomic<Int>(0)
    ThreadPool.run(count: 8) { _ in
      let outer = pthread_self()
      ThreadPool.run(count: 8) { _ in
        total.add(1, ordering: .relaxed)
        if pthread_equal(pthread_self(), outer) == 0 { strays.add(1, ordering: .relaxed) }
      }
    }
    #expect(total.load(ordering: .relaxed) == 64)
    #expect(strays.load(ordering: .relaxed) == 0)
  }

  @Test func callersOnSeveralThreadsTakeTurns() async {
    let totals = await withTaskGroup(of: Int.self, returning: [Int].self) { group in
      for _ in 0..<8 {
        group.addTask {
          let total = Atomic<Int>(0)
          ThreadPool.run(count: 100) { _ in total.add(1, ordering: .relaxed) }
          return total.load(ordering: .relaxed)
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(totals == Array(repeating: 100, count: 8))
  }

  @Test func manySmallJobsInARow() {
    var sum = 0
    for _ in 0..<5000 {
      let parts = Mutex(0)
      ThreadPool.run(count: 4) { piece in parts.withLock { $0 += piece } }
      sum += parts.withLock { $0 }
    }
    #expect(sum == 5000 * 6)
  }
}
