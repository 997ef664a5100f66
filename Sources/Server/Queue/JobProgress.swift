import Foundation
import Pipelines
import Synchronization

/// How far a job is: by the parts that the library reports or, before there are any, by the time that it should take.
final class JobProgress: Sendable {
  fileprivate struct State {
    var expected: Double?
    var began: ContinuousClock.Instant?
    /// The first report and the last one.
    var first: (fraction: Double, time: ContinuousClock.Instant)?
    var fraction: Double?
    var isStopped = false
  }

  private let state: Mutex<State>
  private let report: @Sendable (Job.Progress) -> Void

  private static let interval = 0.25

  /// - Parameter expected: the computing time in seconds, if it can be told.
  init(expected: Double?, report: @escaping @Sendable (Job.Progress) -> Void) {
    state = Mutex(State(expected: expected))
    self.report = report
  }

  /// Reports a few times a second, until it is stopped.
  func start() {
    Thread.detachNewThread { [self] in
      while true {
        Thread.sleep(forTimeInterval: Self.interval)
        guard let now = state.withLock({ $0.isStopped ? nil : $0.progress }) else { return }
        report(now)
      }
    }
  }

  func stop() { state.withLock { $0.isStopped = true } }

  /// The image is read, and computing begins.
  func begin() { state.withLock { $0.began = .now } }

  func take(_ event: BatchEvent) {
    state.withLock { state in
      switch event {
      case .fileExpected(_, let estimate): state.expected = estimate.seconds
      case .fileResumed(_, let fraction), .fileAdvanced(_, let fraction):
        state.fraction = fraction
        if state.first == nil { state.first = (fraction, .now) }
      default: break
      }
    }
  }
}

extension JobProgress.State {
  fileprivate var progress: Job.Progress {
    guard let began else { return Job.Progress() }
    let elapsed = (ContinuousClock.now - began) / .seconds(1)
    guard let fraction else {
      guard let expected, expected > 0 else { return Job.Progress() }
      return Job.Progress(fraction: min(0.95, elapsed / expected), secondsLeft: max(0, expected - elapsed))
    }
    guard let first, fraction > first.fraction else { return Job.Progress(fraction: fraction) }
    let rate = (ContinuousClock.now - first.time) / .seconds(1) / (fraction - first.fraction)
    return Job.Progress(fraction: fraction, secondsLeft: rate * (1 - fraction))
  }
}
