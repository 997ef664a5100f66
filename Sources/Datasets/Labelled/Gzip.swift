import CZlib
import Foundation

/// Decompression of gzip files (RFC 1952).
enum Gzip {
  private static let chunk = 1 << 16
  private static let wrapper: Int32 = 16 + MAX_WBITS

  static func isCompressed(_ data: Data) -> Bool { data.starts(with: [0x1f, 0x8b]) }

  /// The first `limit` bytes, or all if there are fewer; nil if the data are damaged, or end too early.
  static func inflated(_ data: Data, limit: Int) -> [UInt8]? {
    guard let size = uInt(exactly: data.count) else { return nil }
    var result: [UInt8] = []
    let isWhole = data.withUnsafeBytes { source -> Bool in
      var stream = z_stream()
      guard inflateInit2_(&stream, wrapper, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        return false
      }
      defer { inflateEnd(&stream) }
      stream.next_in = UnsafeMutablePointer(mutating: source.bindMemory(to: UInt8.self).baseAddress)
      stream.avail_in = size
      var part = [UInt8](repeating: 0, count: chunk)
      while result.count < limit {
        let (status, count) = part.withUnsafeMutableBufferPointer { target in
          stream.next_out = target.baseAddress
          stream.avail_out = uInt(chunk)
          let status = inflate(&stream, Z_NO_FLUSH)
          return (status, chunk - Int(stream.avail_out))
        }
        guard status == Z_OK || status == Z_STREAM_END else { return false }
        result += part[..<min(count, limit - result.count)]
        if status == Z_STREAM_END { return true }
        // What is missing never comes.
        if count == 0 && stream.avail_in == 0 { return false }
      }
      return true
    }
    return isWhole ? result : nil
  }
}
