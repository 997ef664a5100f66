/// How a recipe's values are written in YAML and in messages.
enum RecipeText {
  /// With a point in it, so that YAML 1.1 readers see a number in `2.0e-05` too.
  static func number(_ value: Double) -> String {
    let text = String(value)
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// A double-quoted YAML scalar on one line.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.properties.generalCategory == .control || scalar.value == 0xFEFF || isLineSeparator(scalar):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func isLineSeparator(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0x2028 || scalar.value == 0x2029
  }

  /// "instance or batch", "leastSquares, vanilla or hinge".
  static func alternatives(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }

  /// The candidate that the fewest insertions, deletions and replacements lead to, or that goes on from `word`, if any
  /// is near enough to be meant.
  static func nearest(to word: String, in candidates: [String]) -> String? {
    let limit = max(2, word.count / 3)
    let distances = candidates.map { (name: $0, distance: distance(word.lowercased(), $0.lowercased())) }
    if let nearest = distances.filter({ $0.distance <= limit }).min(by: { $0.distance < $1.distance }) {
      return nearest.name
    }
    return word.count < 3 ? nil : candidates.first { $0.lowercased().hasPrefix(word.lowercased()) }
  }

  /// Levenshtein's distance.
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in right.indices {
        let replaced = diagonal + (letter == right[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
