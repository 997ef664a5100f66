import Files
import Images
import Synchronization

/// Counts a batch's outcomes, describes failures, records them in the journal, and passes events on one at a time.
final class BatchTally: Sendable {
  private let files: Int
  private let journal: BatchJournal?
  private let summary = Mutex(BatchSummary())
  private let words: @Sendable (any Error) -> String
  private let report: @Sendable (BatchEvent) -> Void

  /// - Parameters:
  ///   - files: the number of outcomes to come.
  ///   - words: describes an error for reports.
  init(
    files: Int, journal: BatchJournal?, words: @escaping @Sendable (any Error) -> String,
    report: @escaping @Sendable (BatchEvent) -> Void
  ) {
    self.files = files
    self.journal = journal
    self.words = words
    self.report = report
    tell(.started(files: files))
  }

  func tell(_ event: BatchEvent) {
    summary.withLock { summary in
      switch event {
      case .fileDone: summary.done += 1
      case .fileSkipped: summary.skipped += 1
      case .fileFailed: summary.failed += 1
      case .started, .fileNoticed, .fileExpected, .fileResumed, .fileAdvanced, .deviceFailed, .finished: break
      }
      report(event)
    }
  }

  /// Reports that a result cannot be made; a full disk stops the batch instead.
  func fail(_ assignment: Assignment, _ error: any Error) {
    let reason = words(error)
    if case FileError.diskFull = error {
      summary.withLock { summary in
        if summary.obstacle == nil { summary.obstacle = reason }
      }
      return
    }
    try? journal?.append(assignment.record(failure: reason))
    tell(.fileFailed(input: assignment.entry.input, reason: reason))
  }

  /// Whether the batch cannot go on.
  var isStopped: Bool { summary.withLock { $0.obstacle != nil } }

  func finish() -> BatchSummary {
    let final = summary.withLock { summary in
      summary.remaining = files - summary.done - summary.skipped - summary.failed
      return summary
    }
    tell(.finished(final))
    return final
  }
}
