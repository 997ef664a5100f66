import Collectives
import TestSupport
import Testing

/// What every collective does, shown on ranks that are threads.
@Suite struct ThreadRankTests {
  @Test func exchangesWhatEachRankGives() throws {
    let results = try ThreadRank.run(3) { ranks -> [[Float]] in
      let own = Float(ranks.rank)
      ranks.barrier()
      let bytes = ranks.broadcast(bytes: ranks.isFirst ? [1, 255, 0] : [])
      return [
        ranks.sum([own, 10 * own]), ranks.broadcast([own, .nan]), ranks.gather([own, -own]), bytes.map { Float($0) },
      ]
    }
    for result in results {
      #expect(result[0] == [3, 30] && result[1][0] == 0 && result[1][1].isNaN)
      #expect(result[2] == [0, 0, 1, -1, 2, -2] && result[3] == [1, 255, 0])
    }
  }

  @Test func endsForAllWhenOneFails() throws {
    struct Broken: Error {}
    let results = try ThreadRank.run(2) { ranks -> CollectiveFailure? in
      guard ranks.isFirst else {
        ranks.leave(hasFailed: true)
        return nil
      }
      _ = ranks.sum([1])
      #expect(throws: CollectiveFailure.self) { try ranks.check() }
      return ranks.failure
    }
    #expect(results[0] == .ended(rank: 1, host: "here"))
  }

  @Test func oneRankExchangesNothing() {
    let alone = SoleRank.shared
    #expect(alone.sum([2]) == [2] && alone.gather([3]) == [3] && alone.broadcast(bytes: [4]) == [4])
  }
}
