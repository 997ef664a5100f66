import Tensors

/// Counts steps that were taken again in float32, since numbers had left the range of the run's precision.
struct RepeatedSteps {
  private(set) var count = 0

  /// Counts one more. The notice of it comes at the 1st, the 10th, the 100th and so on, so that it does not flood the log.
  mutating func notice(of precision: Precision) -> String? {
    count += 1
    var power = 1
    while power < count { power *= 10 }
    guard power == count else { return nil }
    let text = "numbers left the range of \(precision.rawValue), so the step was taken again in float32"
    return count == 1
      ? text : text + ", as \(count) steps were so far: with optimizer.precision: float32 none would be taken twice"
  }
}
