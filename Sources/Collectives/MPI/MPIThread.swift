import Foundation

/// The one thread that calls the library: it begins exchanges, sees that they go on, and keeps the other ranks' company
/// while this one computes.
///
/// Unchecked: `lock` guards the variables below it; the others belong to the thread.
final class MPIThread: @unchecked Sendable {
  /// Values moved by one request: large enough for the speed of a link, small enough that several are under way at once.
  private static let bucket = 1 << 20
  /// Seconds that the other ranks are given to take a message of leave.
  private static let farewell = 2.0
  /// The level of threads at which only the thread that starts the library calls it.
  private static let funnelled: Int32 = 1

  private let library: MPILibrary
  private var active: [(exchange: Exchange, requests: [PendingRequest])] = []
  private var heartbeats: Heartbeats?

  private let lock = NSCondition()
  private var waiting: [Exchange] = []
  private var state = State.starting
  private var reason: CollectiveFailure?
  private(set) var rank = 0
  private(set) var count = 1

  private enum State: Equatable {
    case starting, exchanging
    /// Asked to leave, with the work done or not.
    case leaving(hasFailed: Bool)
    case ended
  }

  init(_ library: MPILibrary) { self.library = library }

  /// Starts the library, which waits for the other ranks. Throws if they do not come within `limit` seconds.
  func start(limit: Double) throws(CollectiveFailure) {
    let thread = Thread { self.run() }
    thread.name = "guise-mpi"
    thread.stackSize = 8 << 20
    thread.start()
    let hasStarted = wait(seconds: limit) { self.state != .starting }
    if let reason = lock.withLock({ reason }) { throw reason }
    guard hasStarted else {
      throw .notStarted(
        "\(library.path) has not brought all ranks together for \(Int(limit)) seconds: can they reach each other?")
    }
  }

  var failure: CollectiveFailure? { lock.withLock { reason } }

  func begin(_ exchange: Exchange) {
    lock.withLock {
      guard reason == nil, state == .exchanging else {
        exchange.isComplete = true
        return
      }
      waiting.append(exchange)
      lock.broadcast()
    }
  }

  func wait(for exchange: Exchange) { _ = wait { exchange.isComplete } }

  func leave(hasFailed: Bool) {
    lock.withLock {
      guard state == .exchanging else { return }
      state = .leaving(hasFailed: hasFailed)
      lock.broadcast()
    }
    // Others may take long, rank 0 with its models; when they are lost, the thread ends by itself.
    _ = wait { self.state == .ended }
  }

  /// Waits until something holds, or for some seconds, and returns whether it does.
  private func wait(seconds: Double? = nil, until isDone: () -> Bool) -> Bool {
    let end = seconds.map { Date(timeIntervalSinceNow: $0) }
    return lock.withLock {
      while !isDone() {
        if let end {
          if !lock.wait(until: end) { return isDone() }
        } else {
          lock.wait()
        }
      }
      return true
    }
  }
}

extension MPIThread {
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private func run() {
    do throws(CollectiveFailure) {
      try join()
      try exchange()
      end(because: nil)
    } catch {
      sayFarewell(after: error)
      end(because: error)
    }
  }

  private func join() throws(CollectiveFailure) {
    var level: Int32 = 0
    try library.check(library.initThread(nil, nil, Self.funnelled, &level))
    try library.returnErrors()
    var (rank, count): (Int32, Int32) = (0, 0)
    try library.check(library.rank(library.world, &rank))
    try library.check(library.size(library.world, &count))
    heartbeats = Heartbeats(library, rank: Int(rank), count: Int(count), now: Self.now)
    lock.withLock {
      (self.rank, self.count) = (Int(rank), Int(count))
      state = .exchanging
      lock.broadcast()
    }
  }

  /// Until all ranks are done. Throws when one is lost.
  private func exchange() throws(CollectiveFailure) {
    guard let heartbeats else { return }
    var lastProgress = Self.now
    while true {
      let (new, state) = take()
      for exchange in new { active.append((exchange, try requests(of: exchange))) }
      let now = Self.now
      let hasEnded = try progress()
      if hasEnded || !new.isEmpty { lastProgress = now }
      try heartbeats.exchange(now: now)
      if case .leaving(let hasFailed) = state, active.isEmpty || hasFailed {
        heartbeats.end(losing: hasFailed ? rank : nil)
        if hasFailed {
          return try tellOthers(heartbeats)
        }
        if heartbeats.areTold, heartbeats.areDone {
          return finalize()
        }
      }
      rest(now - lastProgress)
    }
  }

  private func take() -> (exchanges: [Exchange], state: State) {
    lock.withLock {
      defer { waiting = [] }
      return (waiting, state)
    }
  }

  private func requests(of exchange: Exchange) throws(CollectiveFailure) -> [PendingRequest] {
    let (library, all) = (library, exchange.withValues { UnsafeMutableRawPointer($0.baseAddress) })
    if exchange.kind == .gather {
      let own = Int32(exchange.count / count)
      return [
        try PendingRequest(library) {
          library.beginGather(library.inPlace, own, library.float, all, own, library.float, library.world, $0)
        }
      ]
    }
    var requests: [PendingRequest] = []
    for first in stride(from: 0, to: exchange.count, by: Self.bucket) {
      let memory = all.map { $0 + first * MemoryLayout<Float>.stride }
      let length = Int32(min(Self.bucket, exchange.count - first))
      requests.append(
        try PendingRequest(library) {
          exchange.kind == .sum
            ? library.beginSum(library.inPlace, memory, length, library.float, library.sum, library.world, $0)
            : library.beginBroadcast(memory, length, library.float, 0, library.world, $0)
        })
    }
    return requests
  }

  /// Whether a request has ended.
  private func progress() throws(CollectiveFailure) -> Bool {
    var hasEnded = false
    for index in active.indices {
      var pending: [PendingRequest] = []
      for request in active[index].requests {
        if try request.isDone() { hasEnded = true } else { pending.append(request) }
      }
      active[index].requests = pending
    }
    let complete = active.filter(\.requests.isEmpty).map(\.exchange)
    guard !complete.isEmpty else { return hasEnded }
    active.removeAll { $0.requests.isEmpty }
    lock.withLock {
      for exchange in complete { exchange.isComplete = true }
      lock.broadcast()
    }
    return true
  }

  /// Leaves the processor to others: at once where nothing is under way, and after a while where exchanges wait for a rank
  /// that still computes.
  private func rest(_ idle: Double) {
    if active.isEmpty {
      lock.withLock {
        if waiting.isEmpty { _ = lock.wait(until: Date(timeIntervalSinceNow: 0.02)) }
      }
    } else if idle > 0.002 {
      usleep(50)
    } else {
      sched_yield()
    }
  }

  private func tellOthers(_ heartbeats: Heartbeats) throws(CollectiveFailure) {
    let end = Self.now + Self.farewell
    while !heartbeats.areTold, Self.now < end {
      try heartbeats.exchange(now: Self.now)
      usleep(1000)
    }
  }

  private func sayFarewell(after failure: CollectiveFailure) {
    let lost: Int? =
      switch failure {
      case .silent(let rank, _, _), .ended(let rank, _): rank
      case .library: rank
      case .notStarted: nil
      }
    guard let heartbeats, let lost else { return }
    heartbeats.end(losing: lost)
    // What fails now has been told of by its cause.
    try? tellOthers(heartbeats)
  }

  /// After an orderly end, in which nobody is missed any more.
  private func finalize() {
    _ = library.finalize()
  }

  private func end(because failure: CollectiveFailure?) {
    lock.withLock {
      reason = failure
      state = .ended
      for exchange in waiting + active.map(\.exchange) { exchange.isComplete = true }
      lock.broadcast()
    }
  }
}
