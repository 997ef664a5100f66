/// The format of the numbers that a convolution multiplies; sums are always float32.
package enum OperandPrecision: Hashable, Sendable {
  case float32
  /// bfloat16 where it is faster. Convolutions with stride 1 by Winograd's filtering stay in float32, since saving
  /// three quarters of the multiplications gains more.
  case bfloat16
  /// float16, on devices with matrix units. Numbers beyond its range become its largest.
  case float16
}
