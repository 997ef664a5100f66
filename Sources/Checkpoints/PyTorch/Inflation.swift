import CZlib
import Foundation

/// Decompression of a zip file's entries (RFC 1951).
enum Inflation {
  /// Exactly `size` bytes; nil if the data are damaged, or inflate to more or fewer.
  static func bytes(of deflated: Data, size: Int) -> [UInt8]? {
    guard let input = uInt(exactly: deflated.count), let output = uInt(exactly: size) else { return nil }
    var isWhole = false
    // One byte more, so that there is an address even where nothing is expected.
    let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { target, initializedCount in
      deflated.withUnsafeBytes { source in
        var stream = z_stream()
        // Without zlib's own header and checksum.
        guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
          return
        }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: source.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = input
        stream.next_out = target.baseAddress
        stream.avail_out = output
        isWhole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0
      }
      initializedCount = isWhole ? size : 0
    }
    return isWhole ? bytes : nil
  }
}
