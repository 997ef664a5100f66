import Tensors

/// Where a run ended because its values were no longer finite.
public struct Divergence: Sendable, Equatable, CustomStringConvertible {
  public enum Cause: Sendable, Equatable {
    /// The first result in the step that is not finite; nothing was learnt from it.
    case result(NonFiniteResult)
    /// All results were finite, but not what the step made of the networks.
    case update
    /// When the step was computed again, there was no such result.
    case unknown
  }

  /// The step that failed, counted from 1.
  public let step: Int
  /// What is not finite: a loss or measure by its name in `losses.csv` or `measures.csv`, or a value as checkpoints name it.
  public let value: String
  public let cause: Cause
  /// The step of the newest checkpoint, which is sound; nil if there is none.
  public let checkpoint: Int?
  /// The run's folder.
  public let run: String
  /// The key of the learning rate.
  public let rate: String

  /// What was seen, without what to do.
  public var finding: String {
    switch cause {
    case .update: "\(value) is not finite after the step's update"
    case .unknown:
      "\(value) is not finite. When the step was computed again, every result was finite: look for a fault of the machine"
    case .result(let result): "\(value) is not finite. \(Self.place(of: result))"
    }
  }

  private static func place(of result: NonFiniteResult) -> String {
    if let variable = result.variable {
      return "The values of \(variable), which \(result.operation) reads, are not finite themselves"
    }
    let text = "The first result that is not finite is that of \(result.operation), of shape \(result.shape)"
    return result.place.map { "\(text), at or right after \($0)" } ?? text
  }

  public var description: String {
    let beginning =
      checkpoint.map { "The checkpoint of step \($0) in \(run) is from before: resume from it, or begin again," }
      ?? "There is no checkpoint yet: begin again"
    let change = cause == .unknown ? "" : " with a lower learning rate, \(rate), or with optimizer.clip"
    return "training diverged at step \(step): \(finding). \(beginning)\(change)"
  }
}
