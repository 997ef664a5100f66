import Kernels
import Synchronization

enum GradientMode {
  @TaskLocal static var isRecording = true
  /// What convolutions multiply: float32 numbers unless `withoutGradients` or `training` sets another precision.
  @TaskLocal static var operands = OperandPrecision.float32
  /// Whether float32 replaces a precision that the device lacks.
  @TaskLocal static var replacesPrecision = false

  private static let order = Atomic<UInt64>(0)

  static func nextOrder() -> UInt64 { order.wrappingAdd(1, ordering: .relaxed).newValue }
}

/// Runs `body` without recording operations for gradients, so that intermediate values are freed as soon as they have
/// been used.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try GradientMode.$operands.withValue(.float32) {
    try GradientMode.$isRecording.withValue(false, operation: body)
  }
}

/// Runs `body` likewise, with convolutions in the given precision. Throws a `PrecisionError` if the device does not
/// support it, and rethrows what `body` throws.
public func withoutGradients<Result>(precision: Precision, _ body: () throws -> Result) throws -> Result {
  let obstacle = precision.obstacle
  if let obstacle, !GradientMode.replacesPrecision { throw PrecisionError(precision: precision, obstacle: obstacle) }
  return try GradientMode.$operands.withValue(obstacle == nil ? precision.operands(saturates: true) : .float32) {
    try GradientMode.$isRecording.withValue(false, operation: body)
  }
}

/// Runs `body`, which computes losses and their gradients, with convolutions in the given precision, which the device must
/// support.
public func training<Result>(in precision: Precision, _ body: () throws -> Result) rethrows -> Result {
  try GradientMode.$operands.withValue(precision.operands(saturates: false), operation: body)
}
