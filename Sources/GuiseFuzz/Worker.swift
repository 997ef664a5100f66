import Foundation

/// A process that reads mutants one after another. It reports each one's number as it begins, and the next number at
/// the end.
struct Worker {
  let process = Process()
  private let output = Pipe()

  /// - Parameter arguments: those that make this program read mutants.
  init(_ arguments: [String]) throws {
    guard let program = Bundle.main.executableURL else {
      throw FuzzError.noWorker("this program does not know its file")
    }
    process.executableURL = program
    process.arguments = arguments
    process.standardOutput = output
    do {
      try process.run()
    } catch {
      throw FuzzError.noWorker("\(error)")
    }
    // So that the pipe closes when the worker ends.
    try? output.fileHandleForWriting.close()
  }

  enum News {
    /// `peakMemory` is the worker's own report, since the process may be gone by the time anyone looks.
    case began(Int, peakMemory: Int)
    case silence
    case ended
  }

  /// The next report; waits at most that many seconds for it.
  func next(within seconds: Double) -> News {
    let descriptor = output.fileHandleForReading.fileDescriptor
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, Int32(seconds * 1000)) > 0 else { return .silence }
    var message = SIMD2<Int>()
    let count = withUnsafeMutableBytes(of: &message) { read(descriptor, $0.baseAddress, $0.count) }
    return count == MemoryLayout.size(ofValue: message) ? .began(message.x, peakMemory: message.y) : .ended
  }

  /// Sends a report to `next`; writing this few bytes to a pipe is atomic.
  static func tell(_ number: Int) {
    var message = SIMD2(number, peakMemory(of: "self"))
    _ = withUnsafeBytes(of: &message) { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
  }

  /// Its peak memory so far, in bytes; 0 once it has ended.
  var peakMemory: Int { Self.peakMemory(of: "\(process.processIdentifier)") }

  private static func peakMemory(of process: String) -> Int {
    let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  }

  /// Waits for its end and returns how it failed; nil if it did not.
  func wait() -> String? {
    process.waitUntilExit()
    if process.terminationReason == .uncaughtSignal { return "signal \(process.terminationStatus)" }
    return process.terminationStatus == 0 ? nil : "status \(process.terminationStatus)"
  }

  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
