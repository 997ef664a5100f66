import Foundation

extension Data {
  /// The little-endian number at `position`. Throws if the file is too short or the number does not fit an `Int`.
  func integer<Raw: FixedWidthInteger>(_ type: Raw.Type, at position: Int) throws(MalformedFile) -> Int {
    guard position >= 0, position <= count - MemoryLayout<Raw>.size else {
      throw MalformedFile("is truncated: it ends at byte \(count), where more was announced")
    }
    let raw = withUnsafeBytes { Raw(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Raw.self)) }
    guard let value = Int(exactly: raw) else {
      throw MalformedFile("is damaged: the number \(raw) at byte \(position)")
    }
    return value
  }

  /// The range of `length` bytes from `position` on. Throws if the file is too short.
  func range(from position: Int, length: Int) throws(MalformedFile) -> Range<Int> {
    guard position >= 0, length >= 0, position <= count, length <= count - position else {
      throw MalformedFile("is truncated or damaged: \(length) bytes at \(position) of a file of \(count)")
    }
    return position..<(position + length)
  }
}

extension FixedWidthInteger {
  var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) }
  }
}
