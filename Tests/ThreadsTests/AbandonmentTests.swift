import Synchronization
import Testing
import Threads

@Suite struct AbandonmentTests {
  @Test(arguments: [1, 1000]) func whatHasNotBegunIsLeftOut(count: Int) {
    let abandonment = Abandonment()
    let begun = Atomic<Int>(0)
    abandonment.watch {
      #expect(Abandonment.current === abandonment && !Abandonment.isCurrentAbandoned)
      ThreadPool.run(count: count) { _ in
        begun.add(1, ordering: .relaxed)
        abandonment.abandon()
      }
      #expect(Abandonment.isCurrentAbandoned)
      // Threads that had taken a piece by then may compute it.
      #expect((1...64).contains(begun.load(ordering: .relaxed)))
      ThreadPool.run(count: count) { _ in Issue.record("a piece was computed") }
    }
  }

  @Test func otherComputationsGoOn() {
    let abandonment = Abandonment()
    abandonment.abandon()
    let begun = Atomic<Int>(0)
    ThreadPool.run(count: 100) { _ in begun.add(1, ordering: .relaxed) }
    #expect(begun.load(ordering: .relaxed) == 100 && Abandonment.current == nil)
  }
}
