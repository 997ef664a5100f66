import Foundation
import Images

/// What a batch tells its listener. Inputs are computed in the plan's order, but a result may be done before an earlier
/// one.
public enum BatchEvent: Sendable {
  case started(files: Int)
  /// Something worth knowing about an image or its result, short of a failure.
  case fileNoticed(input: URL, ImageNotice)
  /// A large image's computation begins.
  case fileExpected(input: URL, ComputationEstimate)
  /// The fraction of a result that is computed, 0...1, where it is computed in parts.
  case fileAdvanced(input: URL, fraction: Double)
  /// The result is complete on disk. `seconds` is the time of computing, without reading and writing.
  case fileDone(input: URL, output: URL, seconds: Double)
  /// The result was there already.
  case fileSkipped(input: URL, output: URL)
  case fileFailed(input: URL, reason: String)
  case finished(BatchSummary)
}

public struct BatchSummary: Sendable, Equatable {
  public var done = 0
  public var skipped = 0
  public var failed = 0
  /// Files not begun or not finished because the batch was asked to stop or met an obstacle.
  public var remaining = 0
  /// Why the batch could not go on, if so.
  public var obstacle: String?

  public init() {}
}
