import Foundation
import Synchronization

/// The program's streams, which may be closed, or lead to a disk that is full: neither stops its work.
enum StandardStreams {
  /// Opens those that the program was started without. Otherwise the next file opened would take their place, and get what
  /// is printed. Call it before anything is opened.
  static func open() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      _ = Foundation.open("/dev/null", O_RDWR)
    }
  }

  /// Prints on standard error; what cannot be printed is lost.
  static func complain(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  private static let hasLostOutput = Atomic(false)

  /// Prints a line on standard output at once, for those who read it while the program works.
  static func printNow(_ line: String) {
    print(line)
    if fflush(nil) != 0 { hasLostOutput.store(true, ordering: .relaxed) }
  }

  /// Why some of what was printed on standard output could not be; nil if all is there.
  static var outputFailure: String? {
    fflush(nil) != 0 || hasLostOutput.load(ordering: .relaxed)
      ? "cannot print on standard output: its file or pipe takes no more" : nil
  }
}
