import Kernels

/// The precision of inference or of training. Sums, norms, weights, optimisers and everything else between products are
/// float32 in every case.
public enum Precision: String, Sendable, CaseIterable {
  case float32
  /// Convolutions multiply bfloat16 numbers, with 8 significant bits, where that is faster. Convolutions with stride 1
  /// by Winograd's filtering stay in float32, since saving three quarters of the multiplications gains more.
  case bfloat16 = "bf16"
  /// Convolutions other than depthwise ones multiply float16 numbers, with 11 significant bits, on GPUs with matrix units,
  /// and store outputs so. In inference, numbers beyond 65,504 become that; in training they become infinite, so that a step
  /// in which that happens can be taken again. Gradients are scaled by powers of two.
  case float16

  /// Why the current device does not support it, as a message; nil if it does.
  public var obstacle: String? { device.obstacle(to: operands(saturates: true)) }

  /// The format of the numbers that products multiply.
  func operands(saturates: Bool) -> OperandPrecision {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .float16: .float16(saturates: saturates)
    }
  }
}

/// A precision that the current device does not support.
public struct PrecisionError: Error, CustomStringConvertible {
  public let precision: Precision
  /// Why, as a message.
  public let obstacle: String

  public var description: String { obstacle }
}
