/// What numbers a convolution multiplies; sums are float32.
package enum OperandPrecision: Hashable, Sendable {
  case float32
  /// Where that is faster: everywhere but in convolutions by Winograd's filtering, which saves three quarters of the
  /// multiplications and so more than bfloat16.
  case bfloat16
}
