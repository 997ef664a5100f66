import Foundation
import Synchronization

/// Handles Ctrl-C and SIGTERM: the first signal asks the program to stop cleanly, the second ends it at once.
enum Interruption {
  private static let received = Atomic<Int32>(0)

  static func watch() {
    // Read once here, because the handler must not be the first to initialise the value.
    _ = signal
    // A program started from another's worker thread may inherit a mask that blocks these signals.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      Foundation.signal(number) { number in
        if Interruption.received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
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
