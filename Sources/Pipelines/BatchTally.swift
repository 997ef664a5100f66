import Synchronization

/// Counts outcomes and passes events on, one at a time.
final class BatchTally: Sendable {
  private let summary = Mutex(BatchSummary())
  private let report: @Sendable (BatchEvent) -> Void

  init(report: @escaping @Sendable (BatchEvent) -> Void) {
    self.report = report
  }

  func tell(_ event: BatchEvent) {
    summary.withLock { summary in
      switch event {
      case .fileDone: summary.done += 1
      case .fileSkipped: summary.skipped += 1
      case .fileFailed: summary.failed += 1
      case .started, .fileAdvanced, .finished: break
      }
      report(event)
    }
  }

  func finish(remaining: Int) -> BatchSummary {
    let final = summary.withLock { summary in
      summary.remaining = remaining
      return summary
    }
    tell(.finished(final))
    return final
  }
}
