import Foundation
import Training

/// Losses, measures or measurements of a run over its steps.
enum Curves {
  struct Curve: Encodable, Sendable {
    let name: String
    let label: String
    let steps: [Int]
    /// Nil is no finite number.
    let values: [Double?]
  }

  enum Kind: String, CaseIterable {
    case losses, measures, measurements
  }

  static func all(_ kind: Kind, of run: RunFolder, points: Int) -> [Curve] {
    switch kind {
    case .losses: curves(LossHistory(contentsOf: run.losses, upTo: .max), points)
    case .measures: curves(LossHistory(contentsOf: run.measures, upTo: .max), points)
    case .measurements: measurements(of: run)
    }
  }

  private static func curves(_ history: LossHistory, _ points: Int) -> [Curve] {
    history.columns.map { column in
      let (steps, values) = thinned(column.steps, column.values, points)
      return Curve(name: column.name, label: column.name, steps: steps, values: values)
    }
  }

  private static func measurements(of run: RunFolder) -> [Curve] {
    let rows = ValidationLog.rows(of: run.validation, upTo: .max)
    let models = rows.map(\.model).reduce(into: [String?]()) { if !$0.contains($1) { $0.append($1) } }
    return models.flatMap { model in
      let rows = rows.filter { $0.model == model }
      return TrainingValidation.measures(of: rows).map { measure in
        let points = rows.compactMap { row in row[measure].map { (row.step, $0) } }
        return Curve(
          name: (model.map { "\($0)." } ?? "") + measure.rawValue,
          label: (model.map { "\($0): " } ?? "") + measure.label,
          steps: points.map(\.0), values: points.map { $0.1.isFinite ? $0.1 : nil })
      }
    }
  }

  /// Means of neighbours, at most so many; each stands at its last step.
  private static func thinned(_ steps: [Int], _ values: [Float], _ points: Int) -> ([Int], [Double?]) {
    let count = min(points, steps.count)
    var (newSteps, newValues): ([Int], [Double?]) = ([], [])
    for point in 0..<count {
      let range = steps.count * point / count..<steps.count * (point + 1) / count
      let mean = values[range].reduce(0.0) { $0 + Double($1) } / Double(range.count)
      newSteps.append(steps[range.upperBound - 1])
      newValues.append(mean.isFinite ? mean : nil)
    }
    return (newSteps, newValues)
  }
}
