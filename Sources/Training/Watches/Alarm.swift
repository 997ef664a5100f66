/// Decides when a fault is told: once it was seen several times in a row and gets no better, and again only if it returns
/// after a long absence.
struct Alarm {
  /// How often a fault must be seen in a row.
  private let patience: Int
  /// In the row so far, with their steps.
  private var row: [(step: Int, badness: Double)] = []
  private var lastPresent: Int?

  /// In steps.
  private static let longAbsence = 2000
  /// A fault that shrinks to less than this share over the row is mending itself.
  private static let mending = 0.9

  init(patience: Int = 1) {
    self.patience = patience
  }

  /// - Parameter badness: the larger, the worse; nil if the fault was not seen.
  /// - Returns: the step since which it was seen, if it is to be told now.
  mutating func see(_ badness: Double?, step: Int) -> Int? {
    guard let badness else {
      row = []
      return nil
    }
    row.append((step, badness))
    guard row.count >= patience, badness >= Self.mending * row[row.count - patience].badness else { return nil }
    defer { lastPresent = step }
    if let lastPresent, step - lastPresent <= Self.longAbsence { return nil }
    return row[0].step
  }
}

/// Alarms by the name of what they are about.
struct Alarms {
  private let patience: Int
  private var alarms: [String: Alarm] = [:]

  init(patience: Int = 1) {
    self.patience = patience
  }

  mutating func see(_ badness: Double?, of name: String, step: Int) -> Int? {
    alarms[name, default: Alarm(patience: patience)].see(badness, step: step)
  }
}
