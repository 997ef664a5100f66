import Synchronization

/// How long something takes, pauses left out; may be read on another thread.
final class Stopwatch: Sendable {
  private struct State {
    var elapsed = Duration.zero
    /// Nil while it stands still.
    var start: ContinuousClock.Instant?
  }

  private let state = Mutex(State(start: .now))

  /// Runs from its making on, and on after a stop.
  func start() {
    state.withLock { $0.start = .now }
  }

  func stop() {
    state.withLock { state in
      if let start = state.start { state.elapsed += ContinuousClock.now - start }
      state.start = nil
    }
  }

  /// Up to the last stop.
  var seconds: Double { state.withLock { $0.elapsed / .seconds(1) } }

  /// Stands still while `body` waits.
  func pausing<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    stop()
    defer { start() }
    return try body()
  }
}
