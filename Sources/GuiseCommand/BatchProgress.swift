import Foundation
import Pipelines
import Synchronization
import Training

/// Shows a batch on standard error, and as JSON on standard output where asked.
final class BatchProgress: Sendable {
  private struct State {
    var files = 0
    var told = 0
    var done = 0
    let start = ContinuousClock.now
  }

  private struct Outcome: Encodable {
    var input: String
    var status: String
    var output: String?
    var seconds: Double?
    var error: String?
  }

  private let display: ProgressDisplay
  private let writesJSON: Bool
  private let state = Mutex(State())

  init(isQuiet: Bool, writesJSON: Bool) {
    display = ProgressDisplay(isQuiet: isQuiet)
    self.writesJSON = writesJSON
  }

  func note(_ text: String) {
    display.note(text)
  }

  @Sendable func receive(_ event: BatchEvent) {
    switch event {
    case .started(let files):
      state.withLock { $0.files = files }
    case .fileAdvanced: break
    case .fileDone(let input, let output, let seconds):
      state.withLock { $0.done += 1 }
      tell(Outcome(input: input.relativePath, status: "done", output: output.relativePath, seconds: seconds))
    case .fileSkipped(let input, let output):
      tell(Outcome(input: input.relativePath, status: "skipped", output: output.relativePath))
    case .fileFailed(let input, let reason):
      display.clear()
      ErrorLine.write(reason)
      tell(Outcome(input: input.relativePath, status: "failed", error: reason))
    case .finished(let summary):
      finish(summary)
    }
  }

  private func tell(_ outcome: Outcome) {
    let (state, elapsed) = state.withLock { state in
      state.told += 1
      return (state, (ContinuousClock.now - state.start) / .seconds(1))
    }
    let count = "\(state.told)/\(state.files)"
    let secondsPerFile = elapsed / Double(max(1, state.done))
    let left = LossText.duration(secondsPerFile * Double(state.files - state.told))
    let rate = state.done > 0 ? "  \(String(format: "%.2f", secondsPerFile)) s/image  \(left) left" : ""
    let result = outcome.output.map { " -> \($0)" } ?? ""
    display.show(
      fraction: Double(state.told) / Double(max(1, state.files)),
      text: "\(count)\(rate)  \(outcome.input)",
      line: "\(count)  \(outcome.status)  \(outcome.input)\(result)\(rate)")
    if writesJSON { try? JSONLine.write(outcome) }
  }

  private func finish(_ summary: BatchSummary) {
    display.clear()
    var parts = ["\(summary.done) translated"]
    if summary.skipped > 0 { parts.append("\(summary.skipped) skipped because their results are there already") }
    if summary.failed > 0 { parts.append("\(summary.failed) failed") }
    display.note(parts.joined(separator: ", "))
  }
}
