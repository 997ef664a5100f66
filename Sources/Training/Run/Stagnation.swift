/// How long measurements have brought nothing better, after which the learning rate may be halved, or the run end.
///
/// It is a function of the measurements so far, so that a resumed run finds it in their log.
package struct Stagnation: Codable {
  /// The measurements in a row since any model's was the best.
  package private(set) var measurements = 0
  /// How often the rate was halved.
  package private(set) var halvings = 0
  private var sinceHalving = 0
  private let plateau: Int

  /// - Parameters:
  ///   - rows: the measurements so far, in order.
  ///   - plateau: after how many the rate is halved; 0 for never.
  package init(_ rows: [TrainingValidation] = [], plateau: Int) {
    self.plateau = plateau
    // The models of one step are one measurement.
    var index = 0
    while index < rows.count {
      let next = rows[index...].firstIndex { $0.step != rows[index].step } ?? rows.count
      take(isBetter: rows[index..<next].contains(where: \.isBest))
      index = next
    }
  }

  /// Counts a measurement.
  ///
  /// - Parameter isBetter: whether it was the best of any model.
  package mutating func take(isBetter: Bool) {
    measurements = isBetter ? 0 : measurements + 1
    sinceHalving = isBetter ? 0 : sinceHalving + 1
    guard plateau > 0, sinceHalving == plateau else { return }
    halvings += 1
    sinceHalving = 0
  }

  /// What the learning rate is multiplied by.
  package var rateFactor: Double { (0..<halvings).reduce(1) { factor, _ in factor / 2 } }
}
