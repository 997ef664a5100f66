import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: the first asks the work to end in order, the second ends it at once.
enum Interruption {
  private static let received = Atomic<Int32>(0)

  static func watch() {
    // Read once here, so that the handler finds the value initialised.
    _ = signal
    // A program started from another's worker thread may inherit these signals blocked.
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
