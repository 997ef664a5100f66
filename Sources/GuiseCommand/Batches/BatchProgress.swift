import Foundation
import Pipelines
import Synchronization
import Training

/// Shows a batch's progress on standard error, and on request its outcomes as JSON on standard output.
final class BatchProgress: Sendable {
  private struct State {
    var files = 0
    var reported = 0
    var done = 0
    var failed: [String] = []
    /// The file being computed, and the fraction of it that is done.
    var advancing: (input: URL, fraction: Double)?
    var lastLine = ContinuousClock.now
    let start = ContinuousClock.now

    private var currentFraction: Double { advancing?.fraction ?? 0 }

    /// The fraction of all files that are done.
    var fraction: Double { (Double(reported) + currentFraction) / Double(max(1, files)) }

    /// The time per computed file and the time remaining; empty before the first file is done.
    var rate: String {
      let computed = Double(done) + currentFraction
      guard computed > 0 else { return "" }
      let secondsPerFile = ((ContinuousClock.now - start) / .seconds(1)) / computed
      let left = TimeText.duration(secondsPerFile * (Double(files - reported) - currentFraction))
      return "  \(String(format: "%.2f", secondsPerFile)) s/image  \(left) left"
    }
  }

  private struct Outcome: Encodable {
    var input: String
    var status: String
    var output: String?
    var seconds: Double?
    var error: String?
  }

  private let display: ProgressDisplay
  private let verb: String
  private let writesJSON: Bool
  private let state = Mutex(State())

  /// The most failed files to list at the end.
  private static let longestList = 20

  /// The time between two lines about the same file, without a terminal.
  private static let pause = Duration.seconds(10)

  /// - Parameter verb: what was done to the images, as in "3 translated".
  init(verb: String, isQuiet: Bool, writesJSON: Bool) {
    self.verb = verb
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
    case .fileNoticed(let input, let notice):
      display.note("\(input.relativePath): \(notice)")
    case .fileExpected(let input, let estimate):
      display.note("\(input.relativePath): \(Self.text(estimate))")
    case .fileResumed(let input, let fraction):
      display.note("\(input.relativePath): goes on from \(Int(100 * fraction)) %")
    case .fileAdvanced(let input, let fraction):
      advance(input, to: fraction)
    case .fileDone(let input, let output, let seconds):
      state.withLock { $0.done += 1 }
      tell(Outcome(input: input.relativePath, status: "done", output: output.relativePath, seconds: seconds))
    case .fileSkipped(let input, let output):
      tell(Outcome(input: input.relativePath, status: "skipped", output: output.relativePath))
    case .fileFailed(let input, let reason):
      state.withLock { $0.failed.append(input.relativePath) }
      display.clear()
      ErrorLine.write(reason)
      tell(Outcome(input: input.relativePath, status: "failed", error: reason))
    case .deviceFailed(let input, let failure):
      display.note("\(input.relativePath): \(failure); the processor computes it")
    case .finished(let summary):
      finish(summary)
    }
  }

  private static func text(_ estimate: ComputationEstimate) -> String {
    let file =
      estimate.temporaryFile > 0 ? " and \(AvailableMemory.text(estimate.temporaryFile)) in a temporary file" : ""
    let strips =
      estimate.isInStrips ? ", in strips" + (estimate.isRounded ? " kept in three bytes a value" : "") : ""
    return "\(estimate.width)x\(estimate.height) pixels, about \(AvailableMemory.text(estimate.memory)) of memory"
      + "\(file)\(strips), about \(TimeText.duration(estimate.seconds))"
  }

  private func tell(_ outcome: Outcome) {
    let state = state.withLock { state in
      state.reported += 1
      if state.advancing?.input.relativePath == outcome.input { state.advancing = nil }
      state.lastLine = .now
      return state
    }
    let count = "\(state.reported)/\(state.files)"
    let rate = state.rate
    let result = outcome.output.map { " -> \($0)" } ?? ""
    display.show(
      fraction: state.fraction, text: "\(count)\(rate)  \(outcome.input)",
      line: "\(count)  \(outcome.status)  \(outcome.input)\(result)\(rate)")
    if writesJSON { try? JSONLine.write(outcome) }
  }

  private func advance(_ input: URL, to fraction: Double) {
    let (state, isLineDue) = state.withLock { state in
      state.advancing = (input, fraction)
      let isDue = ContinuousClock.now - state.lastLine >= Self.pause
      if isDue { state.lastLine = .now }
      return (state, isDue)
    }
    let text = "\(state.reported)/\(state.files)\(state.rate)  \(input.relativePath)  \(Int(100 * fraction)) %"
    display.show(fraction: state.fraction, text: text, line: isLineDue ? text : nil)
  }

  private func finish(_ summary: BatchSummary) {
    display.clear()
    var parts = ["\(summary.done) \(verb)"]
    if summary.skipped > 0 {
      parts.append("\(summary.skipped) skipped because their results are there already (--overwrite remakes them)")
    }
    if summary.failed > 0 { parts.append("\(summary.failed) failed") }
    display.note(parts.joined(separator: ", "))
    let failed = state.withLock { $0.failed }
    for input in failed.prefix(Self.longestList) { display.note("  failed: \(input)") }
    if failed.count > Self.longestList { display.note("  and \(failed.count - Self.longestList) more") }
  }
}
