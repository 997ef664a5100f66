import Films
import Foundation
import Training

/// Shows a film's progress on standard error, and on request its outcome as JSON on standard output.
final class FilmProgress {
  private struct Outcome: Encodable {
    var input: String
    var status: String
    var output: String?
    var frames: Int?
    var error: String?
  }

  private let display: ProgressDisplay
  private let writesJSON: Bool
  private var (frames, before) = (0, 0)
  private var start = ContinuousClock.now
  private var lastLine = ContinuousClock.now

  /// The time between two lines, without a terminal.
  private static let pause = Duration.seconds(10)

  init(isQuiet: Bool, writesJSON: Bool) {
    display = ProgressDisplay(isQuiet: isQuiet)
    self.writesJSON = writesJSON
  }

  func note(_ text: String) { display.note(text) }

  func receive(_ event: FilmEvent, of plan: FilmOptions.Plan) {
    let name = plan.input.relativePath
    switch event {
    case .noticed(let notice): display.note("\(name): \(notice)")
    case .started(let frames, let done):
      (self.frames, before, start) = (frames, done, .now)
      let from = done > 0 ? ", goes on after \(done)" : ""
      display.note("\(name): \(frames) frames\(from)")
    case .advanced(let done):
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let rate = Double(max(1, done - before)) / max(seconds, 1e-3)
      let left = TimeText.duration(Double(frames - done) / rate)
      let text = String(format: "%d/%d  %.2f frames/s  %@ left  %@", done, frames, rate, left, name)
      let isDue = ContinuousClock.now - lastLine >= Self.pause
      if isDue { lastLine = .now }
      display.show(fraction: Double(done) / Double(frames), text: text, line: isDue ? text : nil)
    }
  }

  func ended(_ plan: FilmOptions.Plan, _ outcome: FilmConversion.Outcome, verb: String) {
    display.clear()
    let (input, output) = (plan.input.relativePath, plan.output.relativePath)
    switch outcome {
    case .done(let frames):
      display.note("\(input): \(frames) frames \(verb) -> \(output)")
      tell(Outcome(input: input, status: "done", output: output, frames: frames))
    case .skipped:
      display.note("\(input): skipped, because \(output) is there already (--overwrite remakes it)")
      tell(Outcome(input: input, status: "skipped", output: output))
    case .stopped(let done):
      display.note("\(input): stopped after \(done) of \(frames) frames: the same command goes on from here")
    }
  }

  func failed(_ plan: FilmOptions.Plan, _ reason: String) {
    display.clear()
    ErrorLine.write(reason)
    tell(Outcome(input: plan.input.relativePath, status: "failed", error: reason))
  }

  private func tell(_ outcome: Outcome) {
    if writesJSON { try? JSONLine.write(outcome) }
  }
}
