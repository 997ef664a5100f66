/// The numbers by which an ncnn layer differs from others of its type: `key=value`, or `-23300-key=count,value,…` for a
/// list.
struct NcnnParameters {
  private var values: [Int: [Double]] = [:]

  /// The keys that any layer may have and that say nothing of what it computes: the shapes of its outputs for one size
  /// of the input, and which optimisations to leave out.
  private static let hints: Set<Int> = [30, 31]

  init(_ words: some Sequence<Substring>) throws(MalformedFile) {
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let key = Int(parts[0]), key > -24_000, key < 24_000 else { throw Self.malformed(word) }
      var numbers: [Double] = []
      for text in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
        guard let number = Double(text), number.isFinite else { throw Self.malformed(word) }
        numbers.append(number)
      }
      let isList = key <= -23_300
      if isList {
        guard Int(exactly: numbers[0]) == numbers.count - 1 else { throw Self.malformed(word) }
        numbers.removeFirst()
      }
      guard isList || numbers.count == 1,
        values.updateValue(numbers, forKey: isList ? -23_300 - key : key) == nil
      else { throw Self.malformed(word) }
    }
  }

  private static func malformed(_ word: Substring) -> MalformedFile {
    MalformedFile("the parameter \(word.prefix(80)), expected a number for each key")
  }

  /// A whole number; nil if the value is another.
  func integer(_ key: Int, default standard: Int = 0) -> Int? {
    guard let value = values[key] else { return standard }
    return value.count == 1 ? Int(exactly: value[0]) : nil
  }

  func number(_ key: Int, default standard: Float = 0) -> Float? {
    guard let value = values[key] else { return standard }
    return value.count == 1 ? Float(value[0]) : nil
  }

  /// Empty if there is none.
  func list(_ key: Int) -> [Float] { (values[key] ?? []).map { Float($0) } }

  /// The first key, in order, that is neither one of these nor a hint; nil if there is none.
  func firstKey(besides known: Set<Int>) -> Int? {
    values.keys.filter { !known.contains($0) && !Self.hints.contains($0) }.min()
  }
}
