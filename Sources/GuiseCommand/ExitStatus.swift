import Foundation

/// How the program ends, thrown by a command that has already said why.
enum ExitStatus: Error {
  case done
  case someFilesFailed
  case nothingDone
  /// Stopped on request: 130 after SIGINT (Ctrl-C), 143 after SIGTERM, as shells count.
  case interrupted(signal: Int32)

  var code: Int32 {
    switch self {
    case .done: 0
    case .someFilesFailed: 1
    case .nothingDone: 2
    case .interrupted(let signal): 128 + signal
    }
  }
}

/// What a person is told of an error: one line on standard error.
enum ErrorLine {
  static func write(_ message: String) {
    let lines = message.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    FileHandle.standardError.write(Data("guise: \(printable(lines.joined(separator: " ")))\n".utf8))
  }

  /// Without what a file's name could do to a terminal.
  static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}
