import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: the first asks the work to end in order, the second ends it at once.
enum Interruption {
  private static let received = Atomic<Int32>(0)

  static func watch() {
    // Read once here, so that the handler finds the value initialised.
    _ = signal
    for number in [SIGINT, SIGTERM] {
      Foundation.signal(number) { number in
        if Interruption.received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
      }
    }
  }

  /// The signal that arrived, if one has.
  static var signal: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}
