import Foundation
import Pipelines

/// Scores on standard output, as a table or as JSON; errors and notes on standard error.
final class PairReport {
  private struct Line: Encodable {
    var output: String?
    var truth: String?
    var status: String
    var size: String?
    var truthSize: String?
    var psnr: Double?
    var ssim: Double?
    var detail: Double?
    /// Where the images are equal, so that their ratio is no number.
    var isIdentical: Bool?
    var pairs: Int?
    var error: String?

    mutating func setScores(ratio: Double, similarity: Double?, detail: Double?) {
      psnr = ratio.isFinite ? ratio : nil
      isIdentical = ratio.isFinite ? nil : true
      ssim = similarity
      self.detail = detail
    }
  }

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

  func tell(_ outcome: PairOutcome) {
    told += 1
    let pair = outcome.pair
    var line = Line(output: pair.output.relativePath, truth: pair.truth.relativePath, status: "done")
    switch outcome.result {
    case .success(let scores):
      (line.size, line.truthSize) = (scores.outputSize, scores.truthSize)
      line.setScores(
        ratio: scores.peakSignalToNoiseRatio, similarity: scores.structuralSimilarity, detail: scores.detail)
      if scores.isTruthCropped {
        display.note("\(pair.name): its truth was cropped from \(scores.truthSize) to \(scores.outputSize)")
      }
    case .failure(let error):
      fail("\(error)")
      (line.status, line.error) = ("failed", "\(error)")
    }
    display.show(fraction: Double(told) / Double(count), text: "\(told)/\(count)  \(pair.name)", line: nil)
    write(line)
  }

  func finish(_ outcomes: [PairOutcome], means: PairMeans?) {
    display.clear()
    guard let means else { return }
    if writesJSON {
      var line = Line(status: "mean", pairs: means.pairs)
      line.setScores(
        ratio: means.peakSignalToNoiseRatio, similarity: means.structuralSimilarity, detail: means.detail)
      write(line)
    } else {
      let rows = outcomes.compactMap { outcome in
        (try? outcome.result.get()).map {
          Self.row(outcome.pair.name, $0.outputSize, $0.peakSignalToNoiseRatio, $0.structuralSimilarity, $0.detail)
        }
      }
      let mean = Self.row(
        "mean of \(means.pairs)", "", means.peakSignalToNoiseRatio, means.structuralSimilarity, means.detail)
      print(TextTable.text(header: ["image", "size", "PSNR", "SSIM", "detail"], rows: rows + [mean]))
    }
  }

  func list(outputsWithoutTruth: [URL], truthsWithoutOutput: [URL]) {
    for url in outputsWithoutTruth {
      fail("\(url.relativePath) has no truth")
      write(Line(output: url.relativePath, status: "unmatched"))
    }
    for url in truthsWithoutOutput {
      fail("\(url.relativePath) has no result")
      write(Line(truth: url.relativePath, status: "unmatched"))
    }
  }

  private func fail(_ message: String) {
    hasFailures = true
    display.clear()
    ErrorLine.write(message)
  }

  private func write(_ line: Line) {
    if writesJSON { try? JSONLine.write(line) }
  }

  private static func row(
    _ name: String, _ size: String, _ ratio: Double, _ similarity: Double?, _ detail: Double?
  ) -> [String] {
    [
      name, size, TextTable.number(ratio, digits: 2), TextTable.number(similarity, digits: 4),
      TextTable.number(detail, digits: 3),
    ]
  }
}
