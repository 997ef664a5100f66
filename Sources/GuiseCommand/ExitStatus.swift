/// How the program ends; thrown by a command that has already reported why.
enum ExitStatus: Error {
  case done
  case someFilesFailed
  case nothingDone
  /// Stopped on request: 130 after SIGINT (Ctrl-C), 143 after SIGTERM, as in shells.
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
