import Foundation

/// Makes the samples of upcoming steps on background threads and returns them in step order.
///
/// A sample depends only on its step, so the number of threads affects nothing but speed.
public final class Prefetcher<Sample: Sendable>: Sendable {
  private let queue: SampleQueue<Sample>

  /// Starts making samples at once.
  ///
  /// - Parameters:
  ///   - first: the step of the first sample.
  ///   - ahead: the most samples that may wait or be in the making; at least 1.
  ///   - threads: the number of threads that make samples; at least 1.
  ///   - sample: called on several threads at once, exactly once for every step.
  public init(
    from first: Int, ahead: Int = 4, threads: Int = 2, sample: @escaping @Sendable (_ step: Int) throws -> Sample
  ) {
    queue = SampleQueue(first: first, ahead: max(1, ahead))
    for _ in 0..<max(1, threads) { queue.startWorker(sample) }
  }

  /// The next step's sample, or the error thrown while making it; after an error, the next call continues with the
  /// following step.
  ///
  /// Throws `CancellationError` once `stop` has been called.
  public func next() throws -> Sample {
    try queue.next()
  }

  /// Waits until samples in the making are finished and all threads have ended.
  public func stop() {
    queue.stop()
    queue.waitForWorkers()
  }

  deinit {
    queue.stop()
  }
}

/// What a prefetcher shares with its threads, which do not retain the prefetcher itself.
///
/// Unchecked: `lock` guards every variable.
private final class SampleQueue<Sample: Sendable>: @unchecked Sendable {
  private let lock = NSCondition()
  private let ahead: Int
  private var nextToHandOut: Int
  private var nextToMake: Int
  private var made: [Int: Result<Sample, any Error>] = [:]
  private var isStopped = false
  private var workers = 0

  init(first: Int, ahead: Int) {
    nextToHandOut = first
    nextToMake = first
    self.ahead = ahead
  }

  func startWorker(_ sample: @escaping @Sendable (Int) throws -> Sample) {
    lock.withLock { workers += 1 }
    let thread = Thread { [self] in
      while let step = takeStep() {
        finish(step, Result { try sample(step) })
      }
      lock.withLock {
        workers -= 1
        lock.broadcast()
      }
    }
    thread.name = "guise-prefetch"
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Waits for room; nil once stopped.
  private func takeStep() -> Int? {
    lock.withLock {
      while !isStopped && nextToMake >= nextToHandOut + ahead { lock.wait() }
      guard !isStopped else { return nil }
      nextToMake += 1
      return nextToMake - 1
    }
  }

  private func finish(_ step: Int, _ result: Result<Sample, any Error>) {
    lock.withLock {
      made[step] = result
      lock.broadcast()
    }
  }

  func next() throws -> Sample {
    let result: Result<Sample, any Error>? = lock.withLock {
      while !isStopped && made[nextToHandOut] == nil { lock.wait() }
      guard !isStopped, let result = made.removeValue(forKey: nextToHandOut) else { return nil }
      nextToHandOut += 1
      lock.broadcast()
      return result
    }
    guard let result else { throw CancellationError() }
    return try result.get()
  }

  func stop() {
    lock.withLock {
      isStopped = true
      made.removeAll()
      lock.broadcast()
    }
  }

  func waitForWorkers() {
    lock.withLock {
      while workers > 0 { lock.wait() }
    }
  }
}
