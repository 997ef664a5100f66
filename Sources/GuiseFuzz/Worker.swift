import Foundation

/// A process that reads mutants one after another, and says of each that it begins, and at the end that the next would.
struct Worker {
  let process = Process()
  private let output = Pipe()

  /// - Parameter arguments: of this program, to read mutants instead of watching over it.
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
    // Only the worker's end keeps the pipe open.
    try? output.fileHandleForWriting.close()
  }

  enum News {
    /// `peakMemory` is the worker's own account: by the time that others look it may be gone.
    case began(Int, peakMemory: Int)
    case silence
    case ended
  }

  /// What it says within so many seconds.
  func next(within seconds: Double) -> News {
    let descriptor = output.fileHandleForReading.fileDescriptor
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, Int32(seconds * 1000)) > 0 else { return .silence }
    var message = SIMD2<Int>()
    let count = withUnsafeMutableBytes(of: &message) { read(descriptor, $0.baseAddress, $0.count) }
    return count == MemoryLayout.size(ofValue: message) ? .began(message.x, peakMemory: message.y) : .ended
  }

  /// The other side of `next`; writes this short into a pipe are whole.
  static func tell(_ number: Int) {
    var message = SIMD2(number, peakMemory(of: "self"))
    _ = withUnsafeBytes(of: &message) { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
  }

  /// Its memory in bytes, the most there was so far; 0 once it has ended.
  var peakMemory: Int { Self.peakMemory(of: "\(process.processIdentifier)") }

  private static func peakMemory(of process: String) -> Int {
    let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  }

  /// How it ended, in words; nil where all was well.
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
