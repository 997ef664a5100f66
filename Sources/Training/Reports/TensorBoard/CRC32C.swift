import Foundation

/// Castagnoli's cyclic redundancy check.
package enum CRC32C {
  private static let polynomial: UInt32 = 0x82f6_3b78

  private static let table: [UInt32] = (0..<256).map { index in
    var value = UInt32(index)
    for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : (value >> 1) ^ polynomial }
    return value
  }

  package static func checksum(of bytes: Data) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes { sum = table[Int((sum ^ UInt32(byte)) & 0xff)] ^ (sum >> 8) }
    return ~sum
  }

  /// As TFRecord files store it, so that a checksum of data that hold checksums stays a good one.
  package static func masked(_ bytes: Data) -> UInt32 {
    let sum = checksum(of: bytes)
    return (sum >> 15 | sum << 17) &+ 0xa282_ead8
  }
}
