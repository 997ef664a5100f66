/// Values kept in three quarters of their memory, on the calling thread: of float32's 24 significant bits the upper 16, so
/// that a value moves by at most 2^-16 of itself, where half precision moves it by 2^-11.
package enum ThreeByteFloats {
  package static let size = 3

  /// Rounds to the nearest, ties away from zero.
  ///
  /// - Parameter bytes: `size * count`, aligned for two: the upper two of each value, then the lower one of each.
  package static func round(_ values: UnsafePointer<Float>, count: Int, into bytes: UnsafeMutableRawPointer) {
    InstructionSet.kernels.round(
      values, count: count, toUpper: bytes.assumingMemoryBound(to: UInt16.self),
      lower: (bytes + 2 * count).assumingMemoryBound(to: UInt8.self))
  }

  /// Exactly.
  package static func widen(_ bytes: UnsafeRawPointer, count: Int, into values: UnsafeMutablePointer<Float>) {
    InstructionSet.kernels.join(
      upper: bytes.assumingMemoryBound(to: UInt16.self),
      lower: (bytes + 2 * count).assumingMemoryBound(to: UInt8.self), count: count, into: values)
  }
}
