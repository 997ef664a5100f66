import Kernels

/// The precision of inference. Sums, norms and everything else between convolutions are float32 in every case.
public enum Precision: String, Sendable, CaseIterable {
  case float32
  /// Convolutions multiply bfloat16 numbers, with 8 significant bits, where that is faster. Convolutions with stride 1
  /// by Winograd's filtering stay in float32, since saving three quarters of the multiplications gains more.
  case bfloat16 = "bf16"
  /// Convolutions other than depthwise ones multiply float16 numbers, with 11 significant bits, on GPUs with matrix units.
  /// Numbers beyond 65,504 become that.
  case float16

  /// Why the current device does not support it, as a message; nil if it does.
  public var obstacle: String? { device.obstacle(to: operands) }

  /// The format of the numbers that convolutions multiply.
  var operands: OperandPrecision {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .float16: .float16
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
