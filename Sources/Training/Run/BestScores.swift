/// The best measurement of each model in each phase so far, by its first score.
package struct BestScores {
  private struct Place: Hashable {
    let phase: TrainingPhase.Kind
    let model: String?
    let measure: TrainingValidation.Measure
  }

  private var best: [Place: Double] = [:]

  package init() {}

  /// The best scores of a run to be resumed.
  package init(_ rows: [TrainingValidation], _ plan: TrainingPlan) {
    for row in rows { _ = take(row.scores, of: row.model, plan.phase(ofStep: row.step - 1).phase.kind) }
  }

  /// Returns whether the new measurement of a model is better than all before it.
  package mutating func take(
    _ scores: [TrainingValidation.Score], of model: String?, _ phase: TrainingPhase.Kind
  ) -> Bool {
    guard let score = scores.first else { return false }
    let place = Place(phase: phase, model: model, measure: score.measure)
    let value = score.measure.isDistance ? -score.value : score.value
    guard value > best[place] ?? -.infinity else { return false }
    best[place] = value
    return true
  }
}
