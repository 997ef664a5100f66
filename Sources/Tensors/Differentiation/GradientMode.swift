import Synchronization

enum GradientMode {
  @TaskLocal static var isRecording = true
  /// Of convolutions, float32 unless `withoutGradients` was told otherwise.
  @TaskLocal static var precision = Precision.float32

  private static let order = Atomic<UInt64>(0)

  static func nextOrder() -> UInt64 { order.wrappingAdd(1, ordering: .relaxed).newValue }
}

/// Runs `body` without recording for gradients: intermediate values die as soon as they are used.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try GradientMode.$precision.withValue(.float32) {
    try GradientMode.$isRecording.withValue(false, operation: body)
  }
}

/// The same, with convolutions of a precision. Throws a `PrecisionError` where what computes does not have it, and what
/// `body` throws.
public func withoutGradients<Result>(precision: Precision, _ body: () throws -> Result) throws -> Result {
  if let obstacle = precision.obstacle { throw PrecisionError(precision: precision, obstacle: obstacle) }
  return try GradientMode.$precision.withValue(precision) {
    try GradientMode.$isRecording.withValue(false, operation: body)
  }
}
