/// Checks of settings, which throw `DatasetError.unusableSetting`.
enum SettingChecks {
  static func validate<Value>(_ range: ClosedRange<Value>, within limits: ClosedRange<Value>, _ name: String)
    throws(DatasetError)
  {
    guard limits.contains(range.lowerBound) && limits.contains(range.upperBound) else {
      throw DatasetError.unusableSetting(
        name: name, value: "\(range)", expectation: "a range within \(limits)")
    }
  }

  static func validateProbability(_ value: Double, _ name: String) throws(DatasetError) {
    guard (0...1).contains(value) else {
      throw DatasetError.unusableSetting(name: name, value: "\(value)", expectation: "0 to 1")
    }
  }

  /// Relative probabilities: none may be negative, and not all may be 0.
  static func validateWeights(_ weights: [Double], _ name: String) throws(DatasetError) {
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }) && weights.contains(where: { $0 > 0 }) else {
      throw DatasetError.unusableSetting(
        name: name, value: "\(weights)", expectation: "numbers of 0 or more that are not all 0")
    }
  }

  static func validateBatch(_ size: Int) throws(DatasetError) {
    guard size > 0 else {
      throw DatasetError.unusableSetting(name: "the batch's size", value: "\(size)", expectation: "1 or more")
    }
  }

  static func validateShrinking(_ smallest: Double) throws(DatasetError) {
    guard smallest > 0, smallest <= 1 else {
      throw DatasetError.unusableSetting(
        name: "the smallest factor", value: "\(smallest)", expectation: "a number above 0 and up to 1")
    }
  }
}
