import CZlib

/// Corrects the checksums of a changed PNG file, so that readers do not stop at them.
enum PNGChecksums {
  static func repair(in bytes: inout [UInt8]) {
    var position = 8
    guard bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) else { return }
    while position + 12 <= bytes.count {
      let size = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      guard size <= bytes.count - position - 12 else { return }
      let content = Array(bytes[position + 4..<position + 8 + size])
      let checksum = crc32(0, content, uInt(content.count))
      for i in 0..<4 { bytes[position + 8 + size + i] = UInt8(truncatingIfNeeded: checksum >> UInt(24 - 8 * i)) }
      position += 12 + size
    }
  }
}
