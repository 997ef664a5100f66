/// The format of the numbers that products multiply; sums are always float32.
package enum OperandPrecision: Hashable, Sendable {
  case float32
  /// bfloat16 where it is faster. Convolutions with stride 1 by Winograd's filtering stay in float32, since saving
  /// three quarters of the multiplications gains more.
  case bfloat16
  /// float16, on devices with matrix units. What is beyond its range becomes its largest number, so that images stay
  /// images, or, in training, infinite, so that losses or gradients show it.
  case float16(saturates: Bool)
}
