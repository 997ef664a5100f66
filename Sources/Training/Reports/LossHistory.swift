import Foundation

/// Every loss of a run so far, or everything measured beside them.
package struct LossHistory {
  package struct Column {
    package let name: String
    /// The steps that have this value; each phase has losses of its own.
    package var steps: [Int] = []
    package var values: [Float] = []
  }

  package private(set) var columns: [Column] = []
  package private(set) var lastStep: Int?

  init() {}

  /// Reads what a `LossLog` wrote, up to a step, or to the first row that does not match the header.
  package init(contentsOf file: URL, upTo lastStep: Int) {
    guard lastStep > 0, let text = try? String(contentsOf: file, encoding: .utf8) else { return }
    let lines = text.split(separator: "\n")
    guard let header = lines.first?.split(separator: ","), header.count > 3 else { return }
    columns = header.dropFirst(3).map { Column(name: String($0)) }
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == header.count, let step = Int(fields[0]), step <= lastStep else { return }
      self.lastStep = step
      for (i, field) in fields.dropFirst(3).enumerated() where !field.isEmpty {
        append(Float(field) ?? .nan, step: step, column: i)
      }
    }
  }

  mutating func append(_ values: [(name: String, value: Float)], step: Int) {
    lastStep = step
    for (name, value) in values {
      if !columns.contains(where: { $0.name == name }) { columns.append(Column(name: name)) }
      guard let column = columns.firstIndex(where: { $0.name == name }) else { continue }
      append(value, step: step, column: column)
    }
  }

  private mutating func append(_ value: Float, step: Int, column: Int) {
    columns[column].steps.append(step)
    columns[column].values.append(value)
  }
}
