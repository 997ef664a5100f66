import Foundation
import Images

/// What a batch tells its listener; inputs are computed in the plan's order, but a file may be done before an earlier one.
public enum BatchEvent: Sendable {
  case started(files: Int)
  /// Something of an image, or of its result, that is less than a failure.
  case fileNoticed(input: URL, ImageNotice)
  /// A large image's computation begins.
  case fileExpected(input: URL, ComputationEstimate)
  /// How much of a result is computed, 0...1, where that takes several steps.
  case fileAdvanced(input: URL, fraction: Double)
  /// The result is complete on disk. `seconds` is the computing alone.
  case fileDone(input: URL, output: URL, seconds: Double)
  /// The output was there already.
  case fileSkipped(input: URL, output: URL)
  case fileFailed(input: URL, reason: String)
  case finished(BatchSummary)
}

public struct BatchSummary: Sendable, Equatable {
  public var done = 0
  public var skipped = 0
  public var failed = 0
  /// Files left alone, or left off, because the batch was asked to stop or met an obstacle.
  public var remaining = 0
  /// Why the batch could not go on, if so.
  public var obstacle: String?

  public init() {}
}
