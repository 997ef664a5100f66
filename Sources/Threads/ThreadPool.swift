import Foundation
import Synchronization

/// The worker threads that every kernel shares.
///
/// Work is split by its shape alone, never by the number of threads, so results do not depend on that number.
public enum ThreadPool {
  /// The number of threads that compute, including the caller's; at least 1, by default one per available processor.
  /// Set it before work begins: lowering it later leaves the surplus threads idle.
  public static var threadCount: Int {
    get { state.count.load(ordering: .relaxed) }
    set {
      precondition(newValue >= 1, "there must be at least one thread, not \(newValue)")
      state.count.store(newValue, ordering: .relaxed)
    }
  }

  private static let state = WorkerThreads()

  /// Runs `body(0)` to `body(count - 1)`, on several threads at once, and returns when all are done.
  ///
  /// A nested call, from within `body`, runs all its pieces on the calling thread. In a computation that was abandoned,
  /// pieces that have not begun are left out.
  public static func run(count: Int, _ body: (Int) -> Void) {
    state.run(count: count, body)
  }
}

/// Runs one job at a time: the caller publishes it, wakes the workers, takes pieces itself, and waits for the rest.
private final class WorkerThreads: @unchecked Sendable {
  // Unchecked: `lock` guards every variable declared below it, and `body` outlives its job because `run` waits for the
  // workers.
  let count: Atomic<Int>
  /// The number of jobs published so far. Like `helpersBusy`, it is changed under `lock` and polled without it.
  private let generation = Atomic<Int>(0)
  private let helpersBusy = Atomic<Int>(0)
  private let oneJobAtATime = NSLock()
  private let lock = NSCondition()
  private var started = 0
  private var asleep = 0
  /// One for each thread of a job, the caller's first.
  private var shares: [Share] = []
  private var helpersWanted = 0
  private var body: ((Int) -> Void)?
  private var abandonment: Abandonment?

  /// How many times a thread polls before it sleeps. Polling lasts a few hundred microseconds, longer than most gaps
  /// between kernels, because waking a thread takes longer than many of these gaps.
  private static let pollsBeforeSleep = 200_000

  private static let isInsideJob = "guise.isInsideJob"

  init() {
    count = Atomic(MachineThreads.count)
  }

  func run(count pieceCount: Int, _ body: (Int) -> Void) {
    let helpers = min(count.load(ordering: .relaxed), pieceCount) - 1
    let isNested = Thread.current.threadDictionary[Self.isInsideJob] != nil
    let abandonment = isNested ? nil : Abandonment.current
    if helpers < 1 || isNested {
      for piece in 0..<pieceCount where abandonment?.isAbandoned != true { body(piece) }
      return
    }
    oneJobAtATime.withLock {
      withoutActuallyEscaping(body) { body in
        lock.lock()
        while started < helpers {
          started += 1
          startWorker(started)
        }
        self.body = body
        self.abandonment = abandonment
        if shares.count != helpers + 1 { shares = (0...helpers).map { _ in Share() } }
        for (index, share) in shares.enumerated() {
          share.fill(pieceCount * index / shares.count..<pieceCount * (index + 1) / shares.count)
        }
        helpersWanted = helpers
        generation.add(1, ordering: .releasing)
        if asleep > 0 { lock.broadcast() }
        lock.unlock()

        Thread.current.threadDictionary[Self.isInsideJob] = true
        takePieces(0, abandonment, body)
        Thread.current.threadDictionary[Self.isInsideJob] = nil

        lock.withLock { helpersWanted = 0 }
        Self.poll { helpersBusy.load(ordering: .acquiring) == 0 }
        lock.lock()
        while helpersBusy.load(ordering: .relaxed) > 0 { lock.wait() }
        self.body = nil
        self.abandonment = nil
        lock.unlock()
      }
    }
  }

  /// Takes a thread's own share, then what is left of the others'.
  private func takePieces(_ thread: Int, _ abandonment: Abandonment?, _ body: (Int) -> Void) {
    for index in shares.indices {
      let share = shares[(thread + index) % shares.count]
      while let piece = share.take(), abandonment?.isAbandoned != true { body(piece) }
    }
  }

  /// Not inlined, so that the worker releases the closure before it reports that it is done: the caller then returns,
  /// and nothing may hold its closure any longer. `body`, `abandonment` and `shares` do not change while a helper is busy.
  @inline(never)
  private func takePiecesOfPublishedJob(_ worker: Int) {
    guard let body else { return }
    takePieces(worker, abandonment, body)
  }

  /// - Parameter number: from 1.
  private func startWorker(_ number: Int) {
    let thread = Thread { [self] in
      Thread.current.threadDictionary[Self.isInsideJob] = true
      var seen = 0
      while true {
        if joinNextJob(after: &seen) {
          takePiecesOfPublishedJob(number)
          leaveJob()
        }
      }
    }
    thread.name = "guise-worker"
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Waits for a job that this worker has not seen; returns false if it needs no more helpers.
  private func joinNextJob(after seen: inout Int) -> Bool {
    let last = seen
    Self.poll { generation.load(ordering: .acquiring) != last }
    lock.lock()
    defer { lock.unlock() }
    while generation.load(ordering: .relaxed) == last {
      asleep += 1
      lock.wait()
      asleep -= 1
    }
    seen = generation.load(ordering: .relaxed)
    guard helpersWanted > 0 else { return false }
    helpersWanted -= 1
    helpersBusy.add(1, ordering: .relaxed)
    return true
  }

  private func leaveJob() {
    lock.lock()
    if helpersBusy.subtract(1, ordering: .releasing).newValue == 0 { lock.broadcast() }
    lock.unlock()
  }

  /// Polls until the condition holds, but at most `pollsBeforeSleep` times.
  private static func poll(for condition: () -> Bool) {
    for _ in 0..<pollsBeforeSleep where condition() { return }
  }
}

/// Pieces that one thread takes first: neighbours, and the same ones each time, so that its cache may still hold what they
/// read.
private final class Share: Sendable {
  private let next = Atomic<Int>(0), end = Atomic<Int>(0)

  func fill(_ pieces: Range<Int>) {
    next.store(pieces.lowerBound, ordering: .relaxed)
    end.store(pieces.upperBound, ordering: .relaxed)
  }

  func take() -> Int? {
    let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return piece < end.load(ordering: .relaxed) ? piece : nil
  }
}
