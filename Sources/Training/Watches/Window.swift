/// The newest values of a series.
struct Window {
  private let length: Int
  private(set) var values: [Double] = []

  init(_ length: Int) {
    self.length = length
  }

  /// Returns the value that falls out, if any.
  @discardableResult
  mutating func append(_ value: Double) -> Double? {
    values.append(value)
    return values.count > length ? values.removeFirst() : nil
  }

  var isFull: Bool { values.count == length }
  var mean: Double { Self.mean(values[...]) }
  /// Of the older and of the newer half.
  var halves: (Double, Double) {
    (Self.mean(values[..<(values.count / 2)]), Self.mean(values[(values.count / 2)...]))
  }
  var median: Double { values.isEmpty ? 0 : values.sorted()[values.count / 2] }
  /// The squared standard error of the mean; 0 for fewer than two values.
  var squaredError: Double {
    let (count, mean) = (Double(values.count), mean)
    guard count > 1 else { return 0 }
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1) / count
  }

  private static func mean(_ values: ArraySlice<Double>) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }
}
