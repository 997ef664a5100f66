import Foundation
import Synchronization

/// The processes that an MPI launcher started, on one machine or several.
final class MPICollective: Collective {
  /// Seconds in which all ranks must have come, in which a cluster's machines start programs.
  private static let startLimit = 60.0
  /// The longest name of a machine.
  private static let nameLength = 64

  let rank: Int
  let count: Int
  private let thread: MPIThread
  private let hosts: [String]
  private let waited = Mutex(0.0)

  /// Waits for all ranks.
  init(_ launch: Launch) throws(CollectiveFailure) {
    let library = try MPILibrary.open(for: launch)
    thread = MPIThread(library)
    try thread.start(limit: Self.startLimit)
    (rank, count) = (thread.rank, thread.count)
    if let expected = launch.count, expected != count {
      thread.leave(hasFailed: true)
      throw .notStarted(
        "the launcher started \(expected) ranks, and \(library.path) finds \(count): it is another MPI's than the "
          + "launcher. Name the launcher's library in GUISE_MPI")
    }
    hosts = Self.hosts(thread, rank, count)
    if let failure = thread.failure { throw failure }
  }

  private static func hosts(_ thread: MPIThread, _ rank: Int, _ count: Int) -> [String] {
    let exchange = Exchange(.gather, count: count * nameLength)
    let own = ProcessInfo.processInfo.hostName.utf8.prefix(nameLength).map { Float($0) }
    exchange.withValues { _ = $0[(rank * nameLength)...].update(fromContentsOf: own) }
    thread.begin(exchange)
    thread.wait(for: exchange)
    return exchange.withValues { values in
      (0..<count).map { rank in
        let name = values[rank * nameLength..<(rank + 1) * nameLength].prefix { $0 > 0 }
        return String(decoding: name.map { UInt8($0) }, as: UTF8.self)
      }
    }
  }

  var failure: CollectiveFailure? {
    switch thread.failure {
    case .silent(let rank, _, let seconds): .silent(rank: rank, host: hosts[rank], seconds: seconds)
    case .ended(let rank, _): .ended(rank: rank, host: hosts[rank])
    case let other: other
    }
  }

  var secondsWaited: Double { waited.withLock { $0 } }

  func begin(_ exchange: Exchange) { thread.begin(exchange) }

  func wait(for exchange: Exchange) {
    let start = ContinuousClock.now
    thread.wait(for: exchange)
    let seconds = start.duration(to: .now) / .seconds(1)
    waited.withLock { $0 += seconds }
  }

  func leave(hasFailed: Bool) { thread.leave(hasFailed: hasFailed) }
}
