import Datasets
import Foundation
import Images
import Pipelines

/// Scores on standard output, as a table or as JSON; errors and notes on standard error.
final class PairReport {
  private(set) var hasFailures = false
  private let display: ProgressDisplay
  private let writesJSON: Bool
  private let measures: [ImageMeasure]
  private let count: Int
  private var reported = 0

  init(_ measures: [ImageMeasure], count: Int, isQuiet: Bool, writesJSON: Bool) {
    self.measures = measures
    display = ProgressDisplay(isQuiet: isQuiet)
    self.writesJSON = writesJSON
    self.count = count
  }

  func tell(_ outcome: PairOutcome) {
    reported += 1
    let pair = outcome.pair
    var line = PairLine(output: pair.output.relativePath, truth: pair.truth.relativePath, status: "done")
    switch outcome.result {
    case .success(let scored):
      (line.size, line.truthSize) = (scored.size, scored.truthSize)
      line.scores = scored.scores
      if scored.isTruthCropped {
        display.note("\(pair.name): its truth was cropped from \(scored.truthSize) to \(scored.size)")
      }
    case .failure(let error):
      let reason = ErrorText.text(of: error)
      fail(reason)
      (line.status, line.error) = ("failed", reason)
    }
    display.show(fraction: Double(reported) / Double(count), text: "\(reported)/\(count)  \(pair.name)", line: nil)
    write(line)
  }

  /// The table of all pairs, and the means.
  func finish(_ outcomes: [PairOutcome]) {
    display.clear()
    guard let means = PairMeans(outcomes) else { return }
    if writesJSON {
      write(
        PairLine(
          status: "mean", pairs: means.pairs, scores: means.scores, colors: means.colors, gridRatio: means.gridRatio))
    } else {
      let rows = outcomes.compactMap { outcome in
        (try? outcome.result.get()).map { [outcome.pair.name, $0.size] + cells($0.scores) }
      }
      let mean = ["mean of \(means.pairs)", ""] + cells(means.scores)
      print(TextTable.text(header: ["image", "size"] + measures.map(\.heading), rows: rows + [mean]))
      for line in comparisons(means) { print(line) }
    }
  }

  private func comparisons(_ means: PairMeans) -> [String] {
    let figures = [
      ("CIEDE2000, of gray's:", means.colors?.colorDifferenceRatio, 3, ""),
      ("PSNR, over gray's:", means.colors?.peakSignalToNoiseGain, 2, " dB"),
      ("colorfulness, of the truth's:", means.colors?.colorfulnessRatio, 3, ""),
      ("grid, of the truth's:", means.gridRatio, 3, ""),
    ]
    return figures.compactMap { title, value, digits, unit in
      value.map { "\(title) \(TextTable.number($0, digits: digits))\(unit)" }
    }
  }

  /// Tells what was left out of the folders, and what in them cannot be read.
  func tell(of folders: [ImageFolder]) {
    for folder in folders {
      if let text = folder.leftOut.text { display.note("\(folder.url.relativePath): \(text)") }
      for path in folder.unreadable { fail("\(path)") }
    }
  }

  func list(outputsWithoutTruth: [URL], truthsWithoutOutput: [URL]) {
    for url in outputsWithoutTruth {
      fail("\(url.relativePath) has no truth")
      write(PairLine(output: url.relativePath, status: "unmatched"))
    }
    for url in truthsWithoutOutput {
      fail("\(url.relativePath) has no result")
      write(PairLine(truth: url.relativePath, status: "unmatched"))
    }
  }

  private func fail(_ message: String) {
    hasFailures = true
    display.clear()
    ErrorLine.write(message)
  }

  private func cells(_ scores: [ImageScore]) -> [String] {
    scores.map { TextTable.number($0.value, digits: $0.measure.digits) }
  }

  private func write(_ line: PairLine) {
    if writesJSON { try? JSONLine.write(line) }
  }
}
