import Files
import Foundation

/// Reports a run's progress in lines of text: `step 120/8000  epoch 1  0.31 s/step  2 h 10 min left  cycleA 3.21`.
public final class RunLog: TrainingListener {
  public enum Line: Sendable {
    /// Progress, with the completed fraction in 0 ... 1: the next such line may overwrite it.
    case step(String, fraction: Double)
    /// A line to keep.
    case event(String)

    public var text: String {
      switch self {
      case .step(let text, _), .event(let text): text
      }
    }
  }

  private let interval: Double
  private let write: (Line) throws -> Void
  private var recentSeconds: [Double] = []
  private var secondsSinceLine = 0.0
  private var hasTold = false

  /// - Parameters:
  /// - interval: the shortest time in seconds between two lines of progress; the first and last steps always get one.
  ///   - write: receives each line, without a line break.
  public init(interval: Double, write: @escaping (Line) throws -> Void) {
    self.interval = interval
    self.write = write
  }

  /// Appends to `file`, with timestamps, and with progress at most every ten seconds.
  public static func appending(to file: URL) -> RunLog {
    var handle: FileHandle?
    let times = Date.ISO8601FormatStyle(timeZone: .current).dateTimeSeparator(.space)
    return RunLog(interval: 10) { line in
      do {
        if handle == nil {
          if !FileManager.default.fileExists(atPath: file.path) { try Data().write(to: file) }
          handle = try FileHandle(forWritingTo: file)
          try handle?.seekToEnd()
        }
        try handle?.write(contentsOf: Data("\(Date().formatted(times))  \(line.text)\n".utf8))
      } catch {
        throw FileError.cannotWrite(path: file.path, reason: error.localizedDescription)
      }
    }
  }

  public func receive(_ event: TrainingEvent) throws {
    switch event {
    case .started(let start):
      for line in Self.beginning(start) { try write(.event(line)) }
    case .step(let step):
      try tell(step)
    case .validated(let validation):
      let scores = validation.scores.map { "\($0.measure.label) \(String(format: "%.5g", $0.value))" }
      let best = validation.isBest ? ", the best so far" : ""
      let model = validation.model.map { ", \($0)" } ?? ""
      try write(.event("step \(validation.step)\(model): \(scores.joined(separator: ", "))\(best)"))
    case .samples(let step, let file):
      try write(.event("step \(step): sample grid \(file.lastPathComponent)"))
    case .checkpoint(let step, let file):
      try write(.event("step \(step): checkpoint \(file.lastPathComponent)"))
    case .notice(let step, let text):
      try write(.event("step \(step): \(text)"))
    case .failed(let step, let problem):
      try write(.event("step \(step): training ends here: \(problem)"))
    case .finished(let end):
      for line in Self.ending(end) { try write(.event(line)) }
    }
  }

  private static func beginning(_ start: TrainingStart) -> [String] {
    let images = start.images.map { "\($0.count) in \($0.name)" }.joined(separator: ", ")
    let parameters = start.parameters.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
    let steps = "\(start.plan.totalSteps) steps, \(start.plan.stepsPerEpoch) in an epoch"
    let beginning = start.resumedStep > 0 ? "going on from step \(start.resumedStep)" : "beginning"
    return ["images: \(images)", "parameters: \(parameters)", "\(beginning): \(steps)"]
  }

  private static func ending(_ end: TrainingEnd) -> [String] {
    let models = end.models.map { "model: \($0.relativePath)" }
    switch end.reason {
    case .completed: return ["finished after \(end.step) steps"] + models
    case .stagnated:
      return [
        "ended after step \(end.step) of \(end.totalSteps): measurements no longer brought anything better; the best "
          + "models are beside those of the last step"
      ] + models
    case .interrupted: return ["stopped after step \(end.step) of \(end.totalSteps)"]
    }
  }

  private func tell(_ step: TrainingStep) throws {
    recentSeconds.append(step.seconds)
    if recentSeconds.count > 50 { recentSeconds.removeFirst() }
    secondsSinceLine += step.seconds
    guard !hasTold || secondsSinceLine >= interval || step.step == step.totalSteps else { return }
    hasTold = true
    secondsSinceLine = 0
    let secondsPerStep = recentSeconds.reduce(0, +) / Double(recentSeconds.count)
    let left = TimeText.duration(secondsPerStep * Double(step.totalSteps - step.step))
    let losses = step.losses.map { "\($0.name) \(NumberText.short($0.value))" }
    let all = step.images.map { ["\(NumberText.short(Float(Double($0) / secondsPerStep))) images/s in all"] } ?? []
    let parts =
      ["step \(step.step)/\(step.totalSteps)", "epoch \(step.epoch)", TimeText.rate(secondsPerStep)] + all
      + ["\(left) left"] + losses
    try write(.step(parts.joined(separator: "  "), fraction: Double(step.step) / Double(max(1, step.totalSteps))))
  }
}
