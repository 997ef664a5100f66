import Foundation

/// This program, started anew to be timed.
struct StartedProgram {
  private let executable: URL
  let bytes: Int

  init() throws {
    guard let executable = Bundle.main.executableURL?.resolvingSymlinksInPath(),
      let bytes = try executable.resourceValues(forKeys: [.fileSizeKey]).fileSize
    else { throw StartupError(description: "the program cannot find its own file") }
    (self.executable, self.bytes) = (executable, bytes)
  }

  /// Seconds from a process's start to its end, with all that it printed read.
  func secondsUntilEnd(_ arguments: [String]) throws -> Double {
    try seconds(arguments) { try $0.readToEnd() }
  }

  /// Seconds from a process's start until it prints something.
  func secondsUntilOutput(_ arguments: [String]) throws -> Double {
    try seconds(arguments) { $0.availableData }
  }

  private func seconds(_ arguments: [String], _ read: (FileHandle) throws -> Data?) throws -> Double {
    let (process, output) = (Process(), Pipe())
    process.executableURL = executable
    process.arguments = arguments
    process.standardOutput = output
    let start = ContinuousClock.now
    try process.run()
    _ = try read(output.fileHandleForReading)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    process.waitUntilExit()
    if let signal = Interruption.signal { throw ExitStatus.interrupted(signal: signal) }
    // What it has to say of that is on standard error, which is this process's.
    guard process.terminationStatus == 0 else { throw ExitStatus.nothingDone }
    return seconds
  }
}

struct StartupError: Error, CustomStringConvertible {
  let description: String
}
