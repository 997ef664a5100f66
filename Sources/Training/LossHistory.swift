import Foundation

/// Every loss of a run so far, column by column.
struct LossHistory {
  private(set) var steps: [Int] = []
  private(set) var columns: [(name: String, values: [Float])] = []

  init() {}

  /// The rows of a loss log up to a step; a row that does not fit the header ends the reading.
  init(contentsOf file: URL, upTo lastStep: Int) {
    guard lastStep > 0, let text = try? String(contentsOf: file, encoding: .utf8) else { return }
    let lines = text.split(separator: "\n")
    guard let header = lines.first?.split(separator: ","), header.count > 3 else { return }
    columns = header.dropFirst(3).map { (String($0), []) }
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",")
      guard fields.count == header.count, let step = Int(fields[0]), step <= lastStep else { return }
      steps.append(step)
      for (i, field) in fields.dropFirst(3).enumerated() { columns[i].values.append(Float(field) ?? .nan) }
    }
  }

  mutating func append(_ step: TrainingStep) {
    if columns.map(\.name) != step.losses.map(\.name) {
      steps = []
      columns = step.losses.map { ($0.name, []) }
    }
    steps.append(step.step)
    for (i, loss) in step.losses.enumerated() { columns[i].values.append(loss.value) }
  }
}
