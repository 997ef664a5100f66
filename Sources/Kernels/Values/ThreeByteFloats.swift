/// Float32 values rounded to three bytes, which keep 16 of their 24 significant bits: the relative error is at most
/// 2^-16, compared with 2^-11 for half precision. All functions run on the calling thread.
package enum ThreeByteFloats {
  /// Bytes for each value.
  package static let size = 3

  /// Rounds to the nearest, ties away from zero.
  ///
  /// - Parameter bytes: `size` for each value, aligned to 2 bytes: the upper two bytes of every value, then the lower
  ///   byte of every value.
  package static func round(_ values: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableRawBufferPointer) {
    precondition(
      bytes.count == size * values.count, "\(bytes.count) bytes do not hold \(values.count) values of \(size) bytes")
    guard let source = values.baseAddress, let target = bytes.baseAddress else { return }
    InstructionSet.kernels.round(
      source, count: values.count, toUpper: target.assumingMemoryBound(to: UInt16.self),
      lower: (target + 2 * values.count).assumingMemoryBound(to: UInt8.self))
  }

  /// The inverse of `round`, which is exact.
  package static func widen(_ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    precondition(
      bytes.count == size * values.count, "\(bytes.count) bytes do not hold \(values.count) values of \(size) bytes")
    guard let source = bytes.baseAddress, let target = values.baseAddress else { return }
    InstructionSet.kernels.join(
      upper: source.assumingMemoryBound(to: UInt16.self),
      lower: (source + 2 * values.count).assumingMemoryBound(to: UInt8.self), count: values.count, into: target)
  }
}
