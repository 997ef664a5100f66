import Collectives

extension Ranks {
  /// Runs `body` with the ranks of this process's launch, and takes leave of them when it ends, so that they do not wait for
  /// this one in vain.
  static func joined(_ body: (any Collective) throws -> Void) throws {
    let ranks = try join()
    do {
      try body(ranks)
    } catch let status as ExitStatus {
      // Stopped on request, as all ranks are.
      ranks.leave(hasFailed: false)
      throw status
    } catch {
      ranks.leave(hasFailed: true)
      throw ranks.isAlone ? error : RankError(rank: ranks.rank, count: ranks.count, cause: error)
    }
    ranks.leave(hasFailed: false)
    try ranks.check()
  }
}

/// Why one of several ranks has ended.
struct RankError: Error {
  let rank: Int
  let count: Int
  let cause: any Error
}
