import Synchronization

/// Counts outcomes and passes events on, one at a time.
final class BatchTally: Sendable {
  private let files: Int
  private let summary = Mutex(BatchSummary())
  private let report: @Sendable (BatchEvent) -> Void

  /// - Parameter files: how many outcomes there will be.
  init(files: Int, report: @escaping @Sendable (BatchEvent) -> Void) {
    self.files = files
    self.report = report
    tell(.started(files: files))
  }

  func tell(_ event: BatchEvent) {
    summary.withLock { summary in
      switch event {
      case .fileDone: summary.done += 1
      case .fileSkipped: summary.skipped += 1
      case .fileFailed: summary.failed += 1
      case .started, .fileNoticed, .fileExpected, .fileAdvanced, .finished: break
      }
      report(event)
    }
  }

  /// Lets the batch go no further.
  func stop(because reason: String) {
    summary.withLock { summary in
      if summary.obstacle == nil { summary.obstacle = reason }
    }
  }

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
