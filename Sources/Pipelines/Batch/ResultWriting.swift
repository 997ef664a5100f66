import Files
import Foundation
import Images

/// The last stage of a batch: writes results on its own threads and reports their outcomes.
final class ResultWriting: Sendable {
  private let journal: BatchJournal?
  private let keepsTimes: Bool
  private let tally: BatchTally
  private let operations = OperationQueue()
  /// Limits the number of files that have begun and are not finished.
  private let capacity: DispatchSemaphore

  /// - Parameter jobs: the number of files written at the same time; twice as many may have begun.
  init(jobs: Int, journal: BatchJournal?, keepsTimes: Bool, tally: BatchTally) {
    self.journal = journal
    self.keepsTimes = keepsTimes
    self.tally = tally
    operations.maxConcurrentOperationCount = jobs
    capacity = DispatchSemaphore(value: 2 * jobs)
  }

  /// Begins a file, once there is room for another, from the rows that arrive through a queue.
  ///
  /// - Parameter computing: must have stopped when the last row arrives.
  func start(_ assignment: Assignment, _ file: ImageHeader, from rows: RowQueue, computing: Stopwatch) {
    capacity.wait()
    operations.addOperation { [self] in
      defer {
        rows.close()
        capacity.signal()
      }
      do {
        try write(assignment, file, from: rows)
        FinishedRows.remove(for: assignment.entry.output)
        let entry = assignment.entry
        tally.tell(.fileDone(input: entry.input, output: entry.output, seconds: computing.seconds))
      } catch is BatchResult.Stopped {
        // A result that was abandoned has no outcome.
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
    try Folder.make(entry.output.deletingLastPathComponent())
    let file = try FileInProgress(for: entry.output)
    let writer = try ImageRowWriter(
      header, format: entry.format, path: entry.output.relativePath, output: file)
    try rows.drain(writer.write)
    try writer.finish()
    let stamp = try file.sync(changed: keepsTimes ? assignment.inputStamp?.changed : nil)
    // Recorded before the file gets its final name, so that the journal knows every result.
    try journal?.append(assignment.record(result: stamp))
    try file.commit()
  }
}
