import Foundation
import Pipelines

/// Scores on standard output, as a table or as JSON; errors and notes on standard error.
final class PairReport<Figures: PairFigures> {
  private(set) var hasFailures = false
  private let display: ProgressDisplay
  private let writesJSON: Bool
  private let count: Int
  private var told = 0

  init(count: Int, isQuiet: Bool, writesJSON: Bool) {
    display = ProgressDisplay(isQuiet: isQuiet)
    self.writesJSON = writesJSON
    self.count = count
  }

  func tell(_ outcome: PairOutcome<Figures.Scores>) {
    told += 1
    let pair = outcome.pair
    var line = PairLine<Figures>(output: pair.output.relativePath, truth: pair.truth.relativePath, status: "done")
    switch outcome.result {
    case .success(let scored):
      (line.size, line.truthSize) = (scored.sizes.output, scored.sizes.truth)
      line.figures = Figures(scored.scores)
      if scored.sizes.isTruthCropped {
        display.note("\(pair.name): its truth was cropped from \(scored.sizes.truth) to \(scored.sizes.output)")
      }
    case .failure(let error):
      fail("\(error)")
      (line.status, line.error) = ("failed", "\(error)")
    }
    display.show(fraction: Double(told) / Double(count), text: "\(told)/\(count)  \(pair.name)", line: nil)
    write(line)
  }

  /// The table of all pairs, and the means.
  func finish(_ outcomes: [PairOutcome<Figures.Scores>]) {
    display.clear()
    guard let means = PairMeans(outcomes) else { return }
    let figures = Figures(means.scores)
    if writesJSON {
      write(PairLine(status: "mean", pairs: means.pairs, figures: figures))
    } else {
      let rows = outcomes.compactMap { outcome in
        (try? outcome.result.get()).map {
          [outcome.pair.name, $0.sizes.output] + Figures($0.scores).cells
        }
      }
      let mean = ["mean of \(means.pairs)", ""] + figures.cells
      print(TextTable.text(header: ["image", "size"] + Figures.header, rows: rows + [mean]))
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

  private func write(_ line: PairLine<Figures>) {
    if writesJSON { try? JSONLine.write(line) }
  }
}

/// One line of JSON, the figures' keys among its own.
private struct PairLine<Figures: PairFigures>: Encodable {
  var output: String?
  var truth: String?
  var status: String
  var size: String?
  var truthSize: String?
  var pairs: Int?
  var error: String?
  var figures: Figures?

  private enum CodingKeys: CodingKey {
    case output, truth, status, size, truthSize, pairs, error
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(output, forKey: .output)
    try container.encodeIfPresent(truth, forKey: .truth)
    try container.encode(status, forKey: .status)
    try container.encodeIfPresent(size, forKey: .size)
    try container.encodeIfPresent(truthSize, forKey: .truthSize)
    try container.encodeIfPresent(pairs, forKey: .pairs)
    try container.encodeIfPresent(error, forKey: .error)
    try figures?.encode(to: encoder)
  }
}
