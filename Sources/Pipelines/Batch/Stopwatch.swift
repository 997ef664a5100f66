import Synchronization

/// Measures how long something takes, excluding pauses; another thread may read it.
final class Stopwatch: Sendable {
  private struct State {
    var elapsed = Duration.zero
    /// Nil while it is stopped.
    var start: ContinuousClock.Instant?
  }

  private let state = Mutex(State(start: .now))

  /// Resumes after a stop. A new stopwatch is already running.
  func start() {
    state.withLock { $0.start = .now }
  }

  func stop() {
    state.withLock { state in
      if let start = state.start { state.elapsed += ContinuousClock.now - start }
      state.start = nil
    }
  }

  /// The time up to the last stop.
  var seconds: Double { state.withLock { $0.elapsed / .seconds(1) } }

  /// Pauses while `body` runs.
  func pausing<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    stop()
    defer { start() }
    return try body()
  }
}
