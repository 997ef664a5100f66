import Foundation
import Images
import Tensors

/// What a batch reports to its listener. Inputs are computed in the plan's order, but a result may finish before an
/// earlier one.
public enum BatchEvent: Sendable {
  case started(files: Int)
  /// Something worth knowing about an image or its result, short of a failure.
  case fileNoticed(input: URL, ImageNotice)
  /// The computation of a large image is about to begin.
  case fileExpected(input: URL, ComputationEstimate)
  /// The computation of a large image goes on from rows that an interrupted one has left, 0...1 of the result.
  case fileResumed(input: URL, fraction: Double)
  /// The fraction of a result that is computed so far, 0...1, if it is computed in parts.
  case fileAdvanced(input: URL, fraction: Double)
  /// The result is complete on disk. `seconds` is the computing time, without reading and writing.
  case fileDone(input: URL, output: URL, seconds: Double)
  /// The result existed already.
  case fileSkipped(input: URL, output: URL)
  case fileFailed(input: URL, reason: String)
  /// The device failed, and the processor computes this result.
  case deviceFailed(input: URL, DeviceFailure)
  case finished(BatchSummary)
}

public struct BatchSummary: Sendable, Equatable {
  public var done = 0
  public var skipped = 0
  public var failed = 0
  /// Files not begun or not finished because the batch was asked to stop or could not go on.
  public var remaining = 0
  /// Why the batch could not go on, if it could not.
  public var obstacle: String?

  public init() {}
}
