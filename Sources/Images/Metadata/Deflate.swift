import CZlib

/// Compression with zlib (RFC 1950).
enum Deflate {
  /// Nil if the data are damaged or inflate to more than `limit` bytes.
  static func inflated(_ bytes: ArraySlice<UInt8>, limit: Int) -> [UInt8]? {
    var capacity = min(limit, max(1 << 12, 4 * bytes.count))
    while true {
      var size = uLongf(capacity)
      var status = Z_OK
      let inflated = [UInt8](unsafeUninitializedCapacity: capacity) { target, initializedCount in
        status = bytes.withUnsafeBufferPointer {
          uncompress(target.baseAddress, &size, $0.baseAddress, uLong($0.count))
        }
        initializedCount = status == Z_OK ? Int(size) : 0
      }
      if status == Z_OK { return inflated }
      guard status == Z_BUF_ERROR, capacity < limit else { return nil }
      capacity = min(limit, 4 * capacity)
    }
  }

  /// - Parameter level: 1 (fast) to 9 (small); zlib's own choice by default.
  static func deflated(_ bytes: [UInt8], level: Int32 = Z_DEFAULT_COMPRESSION) -> [UInt8] {
    let capacity = compressBound(uLong(bytes.count))
    return [UInt8](unsafeUninitializedCapacity: Int(capacity)) { target, initializedCount in
      var size = uLongf(capacity)
      let status = compress2(target.baseAddress, &size, bytes, uLong(bytes.count), level)
      precondition(status == Z_OK, "zlib cannot compress \(bytes.count) bytes: \(status)")
      initializedCount = Int(size)
    }
  }

  /// The checksum of a PNG chunk's type and bytes.
  static func checksum(_ parts: [UInt8]...) -> Int {
    Int(parts.reduce(crc32(0, nil, 0)) { crc32($0, $1, uInt($1.count)) })
  }
}
