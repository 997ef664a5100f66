import Files
import Foundation
import Pages

/// Keeps a run's `index.html` up to date: its state, its newest sample grids, its losses as curves, and its recipe.
///
/// The page is rewritten when the run begins and ends, with each sample grid and checkpoint, and every half minute.
public final class RunPage: TrainingListener {
  /// In seconds.
  private static let interval = 30
  /// The steps whose mean duration tells the time left.
  private static let stepsTimed = 50

  private let folder: RunFolder
  private var losses = LossHistory()
  private var measures = LossHistory()
  private var recipe = Recipe()
  private var validations: [TrainingValidation] = []
  private var latest: TrainingStep?
  private var totalSteps = 0
  private var samples = SampleLabels()
  private var recentSeconds: [Double] = []
  private var secondsSinceWriting = 0.0
  private var notices: [String] = []
  private var end: TrainingEnd?
  private var hasFailed = false

  public init(folder: RunFolder) {
    self.folder = folder
  }

  public func receive(_ event: TrainingEvent) throws {
    switch event {
    case .started(let start):
      recipe = start.recipe
      samples = start.samples
      totalSteps = start.plan.totalSteps
      losses = LossHistory(contentsOf: folder.losses, upTo: start.resumedStep)
      measures = LossHistory(contentsOf: folder.measures, upTo: start.resumedStep)
      validations = ValidationLog.rows(of: folder.validation, upTo: start.resumedStep)
    case .step(let step):
      losses.append(step.losses, step: step.step)
      measures.append(step.measures, step: step.step)
      latest = step
      recentSeconds = (recentSeconds + [step.seconds]).suffix(Self.stepsTimed)
      secondsSinceWriting += step.seconds
      guard secondsSinceWriting >= Double(Self.interval) else { return }
    case .validated(let validation):
      validations.append(validation)
    case .samples, .checkpoint:
      break
    case .notice(let step, let text):
      notices.append("Step \(step): \(text)")
    case .failed(let step, let problem):
      notices.append("Step \(step): \(problem)")
      hasFailed = true
    case .finished(let end):
      self.end = end
    }
    secondsSinceWriting = 0
    let page = Page(title: folder.name, refresh: isTraining ? Self.interval : nil, body: body)
    try AtomicFile.write(Data(page.html.utf8), to: folder.page)
  }

  private var isTraining: Bool { end == nil && !hasFailed }

  private var body: String {
    """
    \(status)
    \(SampleViewer(steps: folder.sampleSteps, file: folder.sampleGrid, labels: samples).html)
    \(section("Measurements", measurements))
    \(section("Losses", charts(losses)))
    \(folded("Accuracies, scores and gradients", charts(measures)))
    <h2>Recipe</h2>
    <pre>\(Page.escaped(recipe.yaml))</pre>
    """
  }

  private var measurements: [StepChart] {
    Dictionary(grouping: validations) { $0.model ?? "" }.sorted { $0.key < $1.key }.flatMap { model, validations in
      TrainingValidation.measures(of: validations).map { measure in
        let points = validations.compactMap { validation in validation[measure].map { (validation.step, Float($0)) } }
        let name = model.isEmpty ? measure.label : "\(model): \(measure.label)"
        return StepChart(name: name, steps: points.map(\.0), values: points.map(\.1))
      }
    }
  }

  private func charts(_ history: LossHistory) -> [StepChart] {
    history.columns.map { StepChart(name: $0.name, steps: $0.steps, values: $0.values) }
  }

  private func section(_ title: String, _ charts: [StepChart]) -> String {
    guard !charts.isEmpty else { return "" }
    return "<h2>\(title)</h2>\n<div class=\"grid\">\n\(charts.map(\.html).joined(separator: "\n"))\n</div>"
  }

  /// For what few need to see.
  private func folded(_ title: String, _ charts: [StepChart]) -> String {
    guard !charts.isEmpty else { return "" }
    return "<details><summary class=\"quiet\">\(title)</summary>\n\(section(title, charts))\n</details>"
  }

  private var status: String {
    let step = end?.step ?? latest?.step ?? losses.lastStep ?? 0
    let state =
      switch end?.reason {
      case .completed: "Finished after \(step) steps"
      case .stagnated:
        "Ended after step \(step) of \(totalSteps): measurements no longer brought anything better; the best models are "
          + "beside those of the last step"
      case .interrupted: "Stopped at step \(step) of \(totalSteps)"
      case nil where hasFailed: "Ended by an error at step \(step) of \(totalSteps)"
      case nil: "Training: step \(step) of \(totalSteps)"
      }
    let epoch = latest.map { ", epoch \($0.epoch), learning rate \(NumberText.short(Float($0.learningRate)))" } ?? ""
    let secondsPerStep = recentSeconds.reduce(0, +) / Double(max(1, recentSeconds.count))
    let left =
      isTraining && !recentSeconds.isEmpty
      ? ", \(TimeText.duration(secondsPerStep * Double(totalSteps - step))) left (\(TimeText.rate(secondsPerStep)))"
      : ""
    let models = (end?.models ?? []).map { model in
      "<p>Model: <a href=\"\(Page.link(model.lastPathComponent))\">\(Page.escaped(model.lastPathComponent))</a></p>"
    }
    let warnings = notices.suffix(5).map { "<p class=\"alarm\">\(Page.escaped($0))</p>" }
    let time = Date().formatted(Date.ISO8601FormatStyle(timeZone: .current).dateTimeSeparator(.space))
    return """
      <p>\(state)\(epoch)\(left)</p>
      <progress max="\(max(1, totalSteps))" value="\(step)"></progress>
      \((models + warnings).joined(separator: "\n"))
      <p class="quiet">Written \(time) · all losses in <a href="losses.csv">losses.csv</a>, all measures in
      <a href="measures.csv">measures.csv</a></p>
      """
  }
}
