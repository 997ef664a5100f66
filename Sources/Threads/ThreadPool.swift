import Foundation
import Synchronization

/// The worker threads that every kernel shares.
///
/// Work is cut into pieces by shape alone, never by the number of threads, so results do not depend on that number.
public enum ThreadPool {
  /// The number of threads that compute, the caller's included: one for each processor at first. To be set before work
  /// begins; a smaller number later leaves the surplus threads idle.
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
  /// Called from within a piece of work, it runs all pieces on the calling thread.
  public static func run(count: Int, _ body: (Int) -> Void) {
    state.run(count: count, body)
  }
}

/// One job at a time: the caller publishes it, wakes the workers, takes pieces itself, and waits for the rest.
private final class WorkerThreads: @unchecked Sendable {
  // Unchecked: `lock` guards every variable below it; `body` outlives its job because `run` waits for the workers.
  let count: Atomic<Int>
  private let nextPiece = Atomic<Int>(0)
  /// Jobs published so far. Changed under `lock`, and watched without it, as is `helpersBusy`.
  private let generation = Atomic<Int>(0)
  private let helpersBusy = Atomic<Int>(0)
  private let oneJobAtATime = NSLock()
  private let lock = NSCondition()
  private var started = 0
  private var asleep = 0
  private var pieces = 0
  private var helpersWanted = 0
  private var body: ((Int) -> Void)?

  /// How often a thread looks again before it sleeps: some hundred microseconds, longer than most pauses between two
  /// kernels, because waking takes longer than many of them.
  private static let looksBeforeSleep = 200_000

  private static let isInsideJob = "guise.isInsideJob"

  init() {
    count = Atomic(MachineThreads.count)
  }

  func run(count pieceCount: Int, _ body: (Int) -> Void) {
    let helpers = min(count.load(ordering: .relaxed), pieceCount) - 1
    let isNested = Thread.current.threadDictionary[Self.isInsideJob] != nil
    if helpers < 1 || isNested {
      for piece in 0..<pieceCount { body(piece) }
      return
    }
    oneJobAtATime.withLock {
      withoutActuallyEscaping(body) { body in
        lock.lock()
        while started < helpers {
          started += 1
          startWorker()
        }
        self.body = body
        pieces = pieceCount
        nextPiece.store(0, ordering: .relaxed)
        helpersWanted = helpers
        generation.add(1, ordering: .releasing)
        if asleep > 0 { lock.broadcast() }
        lock.unlock()

        Thread.current.threadDictionary[Self.isInsideJob] = true
        takePieces(pieceCount, body)
        Thread.current.threadDictionary[Self.isInsideJob] = nil

        lock.withLock { helpersWanted = 0 }
        Self.look { helpersBusy.load(ordering: .acquiring) == 0 }
        lock.lock()
        while helpersBusy.load(ordering: .relaxed) > 0 { lock.wait() }
        self.body = nil
        lock.unlock()
      }
    }
  }

  private func takePieces(_ pieceCount: Int, _ body: (Int) -> Void) {
    while true {
      let piece = nextPiece.wrappingAdd(1, ordering: .relaxed).oldValue
      guard piece < pieceCount else { return }
      body(piece)
    }
  }

  /// A function of its own, so that the worker's hold on the closure ends before it reports that it is done: the caller
  /// returns then, and its closure must not outlive it. `body` and `pieces` stay as they are while a helper is busy.
  @inline(never)
  private func takePiecesOfPublishedJob() {
    guard let body else { return }
    takePieces(pieces, body)
  }

  private func startWorker() {
    let thread = Thread { [self] in
      Thread.current.threadDictionary[Self.isInsideJob] = true
      var seen = 0
      while true {
        if joinNextJob(after: &seen) {
          takePiecesOfPublishedJob()
          leaveJob()
        }
      }
    }
    thread.name = "guise-worker"
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Waits for a job that this worker has not seen; false where others have finished it already.
  private func joinNextJob(after seen: inout Int) -> Bool {
    let last = seen
    Self.look { generation.load(ordering: .acquiring) != last }
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

  /// Returns when the condition holds, or after a while.
  private static func look(for condition: () -> Bool) {
    for _ in 0..<looksBeforeSleep where condition() { return }
  }
}
