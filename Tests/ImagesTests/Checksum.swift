import CZlib
import Foundation
import Images

extension Image {
  /// The CRC-32 of all samples in the image's depth, those of 16 bits with the low byte first.
  var checksum: String {
    let bytes: [UInt8] =
      switch bitDepth {
      case .eight: pixels.map { UInt8(($0 * 255).rounded()) }
      case .sixteen:
        pixels.map { UInt16((Double($0) * 65535).rounded()) }.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
      }
    return String(format: "%08x", UInt32(crc32(0, bytes, uInt(bytes.count))))
  }
}

/// A PNG chunk with its length and checksum.
func pngChunk(_ type: String, _ bytes: [UInt8]) -> Data {
  let content = Array(type.utf8) + bytes
  let checksum = crc32(0, content, uInt(content.count))
  return Data(
    withUnsafeBytes(of: UInt32(bytes.count).bigEndian, Array.init) + content
      + withUnsafeBytes(of: UInt32(checksum).bigEndian, Array.init))
}

/// Compresses bytes by zlib.
func compressed(_ bytes: [UInt8]) -> [UInt8] {
  var size = compressBound(uLong(bytes.count))
  var target = [UInt8](repeating: 0, count: Int(size))
  compress(&target, &size, bytes, uLong(bytes.count))
  return Array(target.prefix(Int(size)))
}

extension Data {
  /// A PNG file with chunks inserted before its first chunk of some type.
  func addingChunks(_ chunks: Data, before type: String) -> Data {
    guard let name = range(of: Data(type.utf8)) else { return self }
    var data = self
    data.insert(contentsOf: chunks, at: name.lowerBound - 4)
    return data
  }
}
