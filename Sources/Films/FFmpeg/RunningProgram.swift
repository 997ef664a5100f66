import Files
import Foundation
import Synchronization

/// One run of ffmpeg or ffprobe, whose input or output are pipes. It is ended with this object.
final class RunningProgram: Sendable {
  private let process = Process()
  private let (input, output, errors) = (Pipe(), Pipe(), Pipe())
  private let isWritten: Bool
  /// What the program complained of, without the lines that the listener took.
  private let complaints = Mutex<[String]>([])
  private let listening = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  /// The number of complaints that are kept.
  private static let mostLines = 50

  /// - Parameters:
  ///   - isRead: whether the program's output is read; else it is none.
  ///   - isWritten: whether the program's input is written to; else it has none.
  ///   - listener: called on another thread with each line on standard error; true if the line is no complaint.
  ///
  /// Throws `FilmError`.
  init(
    _ program: FFmpeg, _ arguments: [String], isRead: Bool = false, isWritten: Bool = false,
    listener: @escaping @Sendable (Substring) -> Bool = { _ in false }
  ) throws {
    // Makes writing to a program that has ended fail, instead of ending this one.
    signal(SIGPIPE, SIG_IGN)
    self.isWritten = isWritten
    process.executableURL = try program.executable()
    process.arguments = arguments
    process.standardInput = isWritten ? input : FileHandle.nullDevice
    process.standardOutput = isRead ? output : FileHandle.nullDevice
    process.standardError = errors
    process.terminationHandler = { [ended] _ in ended.signal() }
    do {
      try process.run()
    } catch {
      throw FilmError.noProgram(program.rawValue)
    }
    Thread.detachNewThread { [errors, weak self] in
      var rest = Data()
      while case let part = errors.fileHandleForReading.availableData, !part.isEmpty {
        rest += part
        // ffmpeg ends its lines of progress by carriage returns.
        let lines = rest.split(omittingEmptySubsequences: false) { $0 == 10 || $0 == 13 }
        for line in lines.dropLast() where !line.isEmpty {
          let text = String(decoding: line, as: UTF8.self)
          if !listener(text[...]) { self?.complain(text) }
        }
        rest = Data(lines.last ?? Data())
      }
      self?.listening.signal()
    }
  }

  deinit { terminate() }

  private func complain(_ line: String) {
    complaints.withLock { $0 = $0.suffix(Self.mostLines - 1) + [line] }
  }

  /// At once: ffmpeg would first write on what nobody reads.
  func terminate() {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// Foundation's own way to wait takes all of a processor's time on threads without a run loop.
  private func waitForEnd() {
    ended.wait()
    ended.signal()
  }

  /// The next bytes of the output; nil at its end.
  func read(upTo count: Int) throws -> Data? {
    let part = try output.fileHandleForReading.read(upToCount: count)
    return part?.isEmpty == false ? part : nil
  }

  /// Throws what the program complained of, if it has ended.
  func write(_ data: [UInt8], for file: URL) throws {
    do {
      try input.fileHandleForWriting.write(contentsOf: data)
    } catch {
      try finish(with: file)
      throw FilmError.failed(path: file.relativePath, reason: "the program ended early")
    }
  }

  /// Waits for the program's end, after its input's end. Throws `FilmError` if it has failed, `FileError` if the disk is full.
  ///
  /// - Parameter file: what it reads, or writes.
  func finish(with file: URL) throws {
    if isWritten { try? input.fileHandleForWriting.close() }
    waitForEnd()
    listening.wait()
    listening.signal()
    guard process.terminationStatus != 0 || process.terminationReason != .exit else { return }
    let lines = complaints.withLock { $0 }
    if lines.contains(where: { $0.contains("No space left on device") }) {
      throw FileError.diskFull(path: file.relativePath)
    }
    throw FilmError.failed(path: file.relativePath, reason: Self.reason(lines, file))
  }

  /// The first complaint, which is the cause of the others, without the parts that name objects in memory.
  private static func reason(_ lines: [String], _ file: URL) -> String {
    let first = lines.first { !$0.hasPrefix("    ") } ?? "it ended without a word"
    let words = first.replacing(#/^\[[^\]]*\] /#, with: "").replacing("file:\(file.path): ", with: "")
    return String(words.prefix(300))
  }
}
