import Files
import Foundation

/// Writes `validation.csv`: one row per measurement.
///
/// A resumed run truncates the file to its checkpoint's step, and so ends with the same bytes as an uninterrupted one.
public final class ValidationLog: TrainingListener {
  private let file: URL
  private var rows: [TrainingValidation] = []

  public init(file: URL) {
    self.file = file
  }

  public func receive(_ event: TrainingEvent) throws {
    switch event {
    case .started(let start):
      rows = Self.rows(of: file, upTo: start.resumedStep)
      if FileManager.default.fileExists(atPath: file.path) { try write() }
    case .validated(let validation):
      rows.append(validation)
      try write()
    default:
      break
    }
  }

  /// Measurements are few, so the whole file is rewritten each time.
  private func write() throws {
    guard let first = rows.first else { return try AtomicFile.write(Data(), to: file) }
    let header = ["step"] + first.scores.map(\.measure.rawValue) + ["best"]
    let lines = rows.map { row in ["\(row.step)"] + row.scores.map { "\($0.value)" } + ["\(row.isBest)"] }
    let text = ([header] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
    try AtomicFile.write(Data(text.utf8), to: file)
  }

  /// The measurements up to a step; none if there is no file.
  static func rows(of file: URL, upTo lastStep: Int) -> [TrainingValidation] {
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    guard let header = lines.first, header.count > 2 else { return [] }
    let measures = header[1..<header.count - 1].map { TrainingValidation.Measure(rawValue: $0) }
    return lines.dropFirst().compactMap { fields in
      let values = fields.dropFirst().dropLast().compactMap { Double($0) }
      guard fields.count == header.count, values.count == measures.count, let step = Int(fields[0]), step <= lastStep,
        let isBest = Bool(fields[fields.count - 1])
      else { return nil }
      let scores = zip(measures, values).map { TrainingValidation.Score($0, $1) }
      return TrainingValidation(step: step, scores: scores, isBest: isBest)
    }
  }
}
