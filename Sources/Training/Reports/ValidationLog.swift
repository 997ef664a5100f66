import Files
import Foundation

/// Writes `validation.csv`: one row per measurement, and where models are measured one by one, per model. A measure
/// that only later rows have gets its column all the same, empty in earlier rows.
///
/// A resumed run truncates the file to its checkpoint's step, and so ends with the same bytes as an uninterrupted one.
public final class ValidationLog: TrainingListener {
  private static let modelColumn = "model"

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
    guard !rows.isEmpty else { return try AtomicFile.write(Data(), to: file) }
    let measures = TrainingValidation.measures(of: rows)
    let namesModels = rows.contains { $0.model != nil }
    func fields(_ step: String, _ model: String, _ scores: [String], _ best: String) -> [String] {
      [step] + (namesModels ? [model] : []) + scores + [best]
    }
    let header = fields("step", Self.modelColumn, measures.map(\.rawValue), "best")
    let lines = rows.map { row in
      let scores = measures.map { measure in row[measure].map { "\($0)" } ?? "" }
      return fields("\(row.step)", row.model ?? "", scores, "\(row.isBest)")
    }
    let text = ([header] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
    try AtomicFile.write(Data(text.utf8), to: file)
  }

  /// The measurements up to a step; none if there is no file.
  package static func rows(of file: URL, upTo lastStep: Int) -> [TrainingValidation] {
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let header = lines.first, header.count > 2 else { return [] }
    let first = header[1] == modelColumn ? 2 : 1
    let measures = header[first..<header.count - 1].map { TrainingValidation.Measure(rawValue: $0) }
    return lines.dropFirst().compactMap { fields in
      guard fields.count == header.count, let step = Int(fields[0]), step <= lastStep,
        let isBest = Bool(fields[fields.count - 1])
      else { return nil }
      let model = first == 2 && !fields[1].isEmpty ? fields[1] : nil
      let cells = zip(measures, fields.dropFirst(first)).filter { !$0.1.isEmpty }
      let scores = cells.compactMap { measure, text in
        Double(text).map { TrainingValidation.Score(measure, $0, of: model) }
      }
      guard scores.count == cells.count else { return nil }
      return TrainingValidation(step: step, model: model, scores: scores, isBest: isBest)
    }
  }
}
