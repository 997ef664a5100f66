import Files
import Foundation
import Images

/// The last stage of a batch: writes results, on threads of its own, and tells of their outcomes.
final class ResultWriting: Sendable {
  private let journal: BatchJournal?
  private let keepsTimes: Bool
  private let tally: BatchTally
  private let operations = OperationQueue()
  /// Counts the files that may begin before another is done.
  private let room: DispatchSemaphore

  /// - Parameter jobs: files written at the same time; twice as many may have begun.
  init(jobs: Int, journal: BatchJournal?, keepsTimes: Bool, tally: BatchTally) {
    self.journal = journal
    self.keepsTimes = keepsTimes
    self.tally = tally
    operations.maxConcurrentOperationCount = jobs
    room = DispatchSemaphore(value: 2 * jobs)
  }

  /// Begins a file, once there is room for another, from the rows that come through a queue.
  ///
  /// - Parameter computing: has stopped when the last row comes.
  func start(_ assignment: Assignment, _ file: ImageHeader, from rows: RowQueue, computing: Stopwatch) {
    room.wait()
    operations.addOperation { [self] in
      defer {
        rows.close()
        room.signal()
      }
      do {
        try write(assignment, file, from: rows)
        let entry = assignment.entry
        tally.tell(.fileDone(input: entry.input, output: entry.output, seconds: computing.seconds))
      } catch is BatchResult.Stopped {
        // A result that was left off has no outcome.
      } catch {
        tally.fail(assignment, error)
      }
    }
  }

  func waitForAll() {
    operations.waitUntilAllOperationsAreFinished()
  }

  private func write(_ assignment: Assignment, _ header: ImageHeader, from rows: RowQueue) throws {
    let entry = assignment.entry
    try makeFolder(entry.output.deletingLastPathComponent())
    let file = try FileInProgress(for: entry.output)
    let writer = try ImageRowWriter(
      header, format: entry.format, path: entry.output.relativePath, output: file.append)
    try rows.drain(writer.write)
    try writer.finish()
    let stamp = try file.sync(changed: keepsTimes ? assignment.inputStamp?.changed : nil)
    // Before the file has its name, so that no result is there that the journal does not know.
    try journal?.append(assignment.record(result: stamp))
    try file.commit()
  }

  private func makeFolder(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError.cannotWrite(path: folder.relativePath, reason: "the folder cannot be made")
    }
  }
}
