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

  @Test func workWithinWorkRunsOnTheSameThread() {
    let total = Atomic<Int>(0)
    ThreadPool.run(count: 8) { _ in
      ThreadPool.run(count: 8) { _ in total.wrappingAdd(1, ordering: .relaxed) }
    }
    #expect(total.load(ordering: .relaxed) == 64)
  }

  @Test func callersOnSeveralThreadsTakeTurns() async {
    let totals = await withTaskGroup(of: Int.self, returning: [Int].self) { group in
      for _ in 0..<8 {
        group.addTask {
          let total = Atomic<Int>(0)
          ThreadPool.run(count: 100) { _ in total.wrappingAdd(1, ordering: .relaxed) }
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
