/// Values kept in three quarters of their memory: of float32's 24 significant bits the upper 16, so that a value moves by
/// at most 2^-16 of itself, where half precision moves it by 2^-11. On the calling thread.
package enum ThreeByteFloats {
  /// Bytes for each value.
  package static let size = 3

  /// Rounds to the nearest, ties away from zero.
  ///
  /// - Parameter bytes: `size` for each value, aligned for two: the upper two of each value, then the lower one of each.
  package static func round(_ values: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableRawBufferPointer) {
    precondition(bytes.count == size * values.count, "\(bytes.count) bytes are not \(size) for each of the values")
    guard let source = values.baseAddress, let target = bytes.baseAddress else { return }
    InstructionSet.kernels.round(
      source, count: values.count, toUpper: target.assumingMemoryBound(to: UInt16.self),
      lower: (target + 2 * values.count).assumingMemoryBound(to: UInt8.self))
  }

  /// Exactly.
  package static func widen(_ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    precondition(bytes.count == size * values.count, "\(bytes.count) bytes are not \(size) for each of the values")
    guard let source = bytes.baseAddress, let target = values.baseAddress else { return }
    InstructionSet.kernels.join(
      upper: source.assumingMemoryBound(to: UInt16.self),
      lower: (source + 2 * values.count).assumingMemoryBound(to: UInt8.self), count: values.count, into: target)
  }
}
