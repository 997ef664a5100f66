import Files
import Foundation

/// Writes `validation.csv`: a row for each measurement.
///
/// A resumed run cuts the file back to its checkpoint's step, so that it ends in the same bytes as one that never stopped.
public final class ValidationLog: TrainingListener {
  private static let header = "step,psnr,ssim,best"

  private let file: URL
  private var lines: [String] = []

  public init(file: URL) {
    self.file = file
  }

  public func receive(_ event: TrainingEvent) throws {
    switch event {
    case .started(let start):
      lines = Self.rows(of: file, upTo: start.resumedStep).map(Self.line)
      if FileManager.default.fileExists(atPath: file.path) { try write() }
    case .validated(let validation):
      lines.append(Self.line(validation))
      try write()
    default:
      break
    }
  }

  /// Measurements are few: the file is written whole.
  private func write() throws {
    let text = ([Self.header] + lines).joined(separator: "\n") + "\n"
    try AtomicFile.write(Data(text.utf8), to: file)
  }

  private static func line(_ row: TrainingValidation) -> String {
    let scores = row.scores
    return "\(row.step),\(scores.peakSignalToNoiseRatio),\(scores.structuralSimilarity),\(row.isBest)"
  }

  /// The measurements up to a step; none where there is no such file.
  static func rows(of file: URL, upTo lastStep: Int) -> [TrainingValidation] {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: ",")
      guard fields.count == 4, let step = Int(fields[0]), step <= lastStep, let ratio = Double(fields[1]),
        let similarity = Double(fields[2]), let isBest = Bool(String(fields[3]))
      else { return nil }
      return TrainingValidation(
        step: step,
        scores: TrainingValidation.Scores(peakSignalToNoiseRatio: ratio, structuralSimilarity: similarity),
        isBest: isBest)
    }
  }
}
