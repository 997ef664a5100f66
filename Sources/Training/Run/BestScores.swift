/// The best measurement of each phase so far, by its first score.
struct BestScores {
  private var best: [TrainingPhase.Kind: Double] = [:]

  init() {}

  /// The best scores of a run to be resumed.
  init(_ rows: [TrainingValidation], _ plan: TrainingPlan) {
    for row in rows { _ = take(row.scores, plan.phase(ofStep: row.step - 1).phase.kind) }
  }

  /// Returns whether the new measurement is better than all before it.
  mutating func take(_ scores: [TrainingValidation.Score], _ phase: TrainingPhase.Kind) -> Bool {
    guard let score = scores.first?.value, score > best[phase] ?? -.infinity else { return false }
    best[phase] = score
    return true
  }
}
