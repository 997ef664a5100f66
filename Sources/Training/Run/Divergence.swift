import Tensors

/// Where a run ended because its values were no longer finite.
public struct Divergence: Sendable, Equatable, CustomStringConvertible {
  /// The step that failed, counted from 1. Nothing was learnt from it.
  public let step: Int
  /// The loss or measure that is not finite, by its name in `losses.csv` or `measures.csv`.
  public let value: String
  /// The first result in the step that is not finite; nil if there was none when it was computed again.
  public let origin: NonFiniteResult?
  /// The step of the newest checkpoint, which is sound; nil if there is none.
  public let checkpoint: Int?
  /// The run's folder.
  public let run: String

  /// What was seen, without what to do.
  public var finding: String { "\(value) is not finite. \(place)" }

  private var place: String {
    guard let origin else {
      return "When the step was computed again, every result was finite: look for a fault of the machine"
    }
    if let variable = origin.variable {
      return "The values of \(variable), which \(origin.operation) reads, are not finite themselves"
    }
    let result = "The first result that is not finite is that of \(origin.operation), of shape \(origin.shape)"
    return origin.place.map { "\(result), at or right after \($0)" } ?? result
  }

  public var description: String {
    let sound =
      checkpoint.map { "The checkpoint of step \($0) in \(run) is from before" } ?? "There is no checkpoint yet"
    let remedy =
      origin == nil
      ? "resume the run"
      : "resumed, the run would come to the same step, so begin another with a lower learning rate, or with optimizer.clip"
    return "training diverged at step \(step): \(finding). \(sound); \(remedy)"
  }
}
