import Foundation
import Synchronization

/// Progress on standard error: a bar that is redrawn in place on a terminal, plain lines in a pipe, nothing when quiet.
final class ProgressDisplay: Sendable {
  private let isQuiet: Bool
  let isTerminal = isatty(STDERR_FILENO) == 1
  /// The width of what is drawn on the screen, in columns; 0 for nothing.
  private let drawnColumns = Mutex(0)

  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
  }

  /// - Parameters:
  ///   - fraction: 0 ... 1.
  ///   - text: written after the bar, cut off at the terminal's width.
  /// - line: written instead if there is no terminal; nil for nothing.
  func show(fraction: Double, text: String, line: String?) {
    guard !isQuiet else { return }
    let (text, line) = (ErrorLine.printable(text), line.map(ErrorLine.printable))
    guard isTerminal else {
      if let line { write("\(line)\n") }
      return
    }
    let filled = Int(min(max(fraction, 0), 1) * Double(Self.barColumns))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.barColumns - filled)
    let drawn = String("\(bar)  \(text)".prefix(max(1, terminalColumns - 1)))
    drawnColumns.withLock { columns in
      write("\r\(drawn)" + String(repeating: " ", count: max(0, columns - drawn.count)))
      columns = drawn.count
    }
  }

  /// Writes a line that stays, above the bar.
  func note(_ text: String) {
    guard !isQuiet else { return }
    clear()
    write("\(ErrorLine.printable(text))\n")
  }

  /// Removes the bar from the screen.
  func clear() {
    drawnColumns.withLock { columns in
      if columns > 0 { write("\r\(String(repeating: " ", count: columns))\r") }
      columns = 0
    }
  }

  private static let barColumns = 24

  private var terminalColumns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private func write(_ text: String) {
    StandardStreams.complain(text)
  }
}
