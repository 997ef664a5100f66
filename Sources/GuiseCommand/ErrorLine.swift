import Foundation

/// Prints an error as one line on standard error.
enum ErrorLine {
  static func write(_ message: String) {
    let lines = message.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    StandardStreams.complain("guise: \(printable(lines.joined(separator: " ")))\n")
  }

  /// Without control characters, which a malicious file name could send to the terminal.
  static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}
