import Foundation
import Synchronization

/// Handles Ctrl-C and SIGTERM: the first signal asks the program to stop cleanly, a later one ends it at once.
enum Interruption {
  private static let received = Atomic<Int32>(0)
  /// When the first signal came, in seconds.
  private static let time = Atomic<Int>(0)
  /// Signals so soon after the first are the same request: `timeout` and schedulers of clusters send one to the process
  /// and one to its group.
  private static let repeatedWithin = 2

  static func watch() {
    // Read once here, because the handler must not be the first to initialise the value.
    _ = signal
    // A program started from another's worker thread may inherit a mask that blocks these signals.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      Foundation.signal(number) { number in
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let first = Interruption.time.compareExchange(expected: 0, desired: now.tv_sec, ordering: .relaxed)
        if !first.exchanged, now.tv_sec - first.original >= Interruption.repeatedWithin { _exit(128 + number) }
        Interruption.received.store(number, ordering: .relaxed)
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// The signal that arrived, if one has.
  static var signal: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}
