import Kernels

/// How exactly inference computes. Sums, norms and everything between convolutions are float32 in either case.
public enum Precision: String, Sendable, CaseIterable {
  case float32
  /// Convolutions multiply bfloat16 numbers, with eight bits of precision, where that is faster: everywhere but in
  /// convolutions by Winograd's filtering, which saves three quarters of the multiplications and so more than bfloat16.
  case bfloat16 = "bf16"

  /// Why what computes here cannot do it, if so: for a person.
  public var obstacle: String? { device.obstacle(to: operands) }

  /// What convolutions multiply.
  var operands: OperandPrecision {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }
}

/// A precision that what computes here does not have.
public struct PrecisionError: Error, CustomStringConvertible {
  public let precision: Precision
  /// Why, for a person.
  public let obstacle: String

  public var description: String { obstacle }
}
