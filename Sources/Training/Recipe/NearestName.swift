/// Guesses what a misspelt name, in a recipe or on the command line, was meant to be.
package enum NearestName {
  /// The candidate with the smallest edit distance, or one that begins with `word` or is the beginning of it; nil if none
  /// is near enough.
  package static func nearest(to word: String, in candidates: [String]) -> String? {
    let limit = max(2, word.count / 3)
    let distances = candidates.map { (name: $0, distance: distance(word.lowercased(), $0.lowercased())) }
    if let nearest = distances.filter({ $0.distance <= limit }).min(by: { $0.distance < $1.distance }) {
      return nearest.name
    }
    guard word.count >= 3 else { return nil }
    return candidates.first { $0.lowercased().hasPrefix(word.lowercased()) }
      ?? candidates.first { $0.count >= 4 && word.lowercased().hasPrefix($0.lowercased()) }
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
