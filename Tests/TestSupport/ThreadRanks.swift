import Collectives
import Foundation
import Synchronization

/// Ranks that are threads of this process.
package final class ThreadRank: Collective {
  package let rank: Int
  private let meeting: Meeting
  /// The exchanges that this rank has begun.
  private let begun = Atomic<Int>(0)

  private init(_ rank: Int, _ meeting: Meeting) {
    self.rank = rank
    self.meeting = meeting
  }

  /// Runs `body` once for each of `count` ranks, each on a thread of its own, and returns their results in order.
  package static func run<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (ThreadRank) throws -> Result
  ) throws -> [Result] {
    let meeting = Meeting(count)
    let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    let group = DispatchGroup()
    for rank in 0..<count {
      group.enter()
      let thread = Thread {
        let own = ThreadRank(rank, meeting)
        let result = Swift.Result { try body(own) }
        if case .failure = result { own.leave(hasFailed: true) }
        results.withLock { $0[rank] = result }
        group.leave()
      }
      thread.stackSize = 16 << 20
      thread.start()
    }
    group.wait()
    return try (0..<count).map { rank in try results.withLock { $0[rank]! }.get() }
  }

  package var count: Int { meeting.count }
  package var failure: CollectiveFailure? { meeting.failure }
  package var secondsWaited: Double { 0 }

  package func begin(_ exchange: Exchange) {
    meeting.bring(exchange, of: rank, place: begun.add(1, ordering: .relaxed).oldValue)
  }

  package func wait(for exchange: Exchange) { meeting.wait(for: exchange) }

  package func leave(hasFailed: Bool) {
    if hasFailed { meeting.fail(.ended(rank: rank, host: "here")) }
  }
}

/// Where exchanges meet. Unchecked: `lock` guards the variables.
private final class Meeting: @unchecked Sendable {
  let count: Int
  private let lock = NSCondition()
  private var arrived: [Int: [Int: Exchange]] = [:]
  private var reason: CollectiveFailure?

  init(_ count: Int) { self.count = count }

  var failure: CollectiveFailure? { lock.withLock { reason } }

  func fail(_ failure: CollectiveFailure) {
    lock.withLock {
      reason = reason ?? failure
      lock.broadcast()
    }
  }

  func bring(_ exchange: Exchange, of rank: Int, place: Int) {
    lock.withLock {
      arrived[place, default: [:]][rank] = exchange
      guard let all = arrived[place], all.count == count else { return }
      arrived[place] = nil
      Self.complete((0..<count).map { all[$0]! })
      lock.broadcast()
    }
  }

  func wait(for exchange: Exchange) {
    lock.withLock {
      while !exchange.isComplete, reason == nil { lock.wait() }
    }
  }

  private static func complete(_ exchanges: [Exchange]) {
    let all = exchanges.map { $0.withValues { Array($0) } }
    precondition(
      exchanges.allSatisfy { $0.kind == exchanges[0].kind && $0.count == exchanges[0].count },
      "ranks meet in different exchanges")
    for exchange in exchanges {
      exchange.withValues { values in
        for index in values.indices {
          switch exchange.kind {
          case .sum: values[index] = all.dropFirst().reduce(all[0][index]) { $0 + $1[index] }
          case .broadcast: values[index] = all[0][index]
          case .gather: values[index] = all[index / (values.count / all.count)][index]
          }
        }
      }
      exchange.isComplete = true
    }
  }
}
