/// Bytes that can be read in any order.
protocol ByteSource {
  /// Nil if there are not as many from there on.
  mutating func bytes(at offset: Int, count: Int) -> [UInt8]?
}

extension FileBytes: ByteSource {
  mutating func bytes(at offset: Int, count: Int) -> [UInt8]? { move(to: offset) ? next(count) : nil }
}

extension [UInt8]: ByteSource {
  func bytes(at offset: Int, count: Int) -> [UInt8]? {
    guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else { return nil }
    return Array(self[offset..<offset + count])
  }
}

/// The directories of a TIFF file (TIFF 6.0, section 2, and BigTIFF), or of EXIF data, which are laid out alike.
struct TIFFStructure<Source: ByteSource> {
  struct Entry {
    let tag, type, count: Int
    /// The value, if there is room for it, or its offset.
    fileprivate let word: [UInt8]
  }

  private(set) var source: Source
  let isLittleEndian: Bool
  private let isBig: Bool
  let firstDirectory: Int

  private static var sizes: [Int: Int] {
    [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8]
  }
  /// Real directories have a few dozen.
  private static var mostEntries: Int { 1024 }

  /// Nil for what is not TIFF.
  init?(_ source: Source) {
    self.source = source
    guard let head = self.source.bytes(at: 0, count: 8) else { return nil }
    switch head.prefix(4) {
    case [0x49, 0x49, 42, 0]: (isLittleEndian, isBig) = (true, false)
    case [0x4d, 0x4d, 0, 42]: (isLittleEndian, isBig) = (false, false)
    case [0x49, 0x49, 43, 0]: (isLittleEndian, isBig) = (true, true)
    case [0x4d, 0x4d, 0, 43]: (isLittleEndian, isBig) = (false, true)
    default: return nil
    }
    let start = isBig ? self.source.bytes(at: 8, count: 8) : Array(head[4...])
    guard let start else { return nil }
    firstDirectory = Self.integer(start[...], isLittleEndian)
  }

  /// A directory's entries, and the next directory's offset, 0 at the end. Nil if there is none.
  mutating func directory(at offset: Int) -> (entries: [Entry], next: Int)? {
    let (countSize, entrySize, wordSize) = isBig ? (8, 20, 8) : (2, 12, 4)
    guard offset >= 8, let count = source.bytes(at: offset, count: countSize).map({ integer($0[...]) }),
      (1...Self.mostEntries).contains(count),
      let bytes = source.bytes(at: offset + countSize, count: count * entrySize)
    else { return nil }
    let entries = stride(from: 0, to: bytes.count, by: entrySize).map { start in
      Entry(
        tag: integer(bytes[start..<start + 2]), type: integer(bytes[(start + 2)..<(start + 4)]),
        count: integer(bytes[(start + 4)..<(start + 4 + wordSize)]),
        word: Array(bytes[(start + 4 + wordSize)..<(start + entrySize)]))
    }
    let next = source.bytes(at: offset + countSize + count * entrySize, count: wordSize)
    return (entries, next.map { integer($0[...]) } ?? 0)
  }

  /// An entry's value in the file's byte order; nil if it is missing or absurdly large.
  mutating func value(_ entry: Entry) -> [UInt8]? {
    guard let size = Self.sizes[entry.type], (0...EmbeddedMetadata.largestPartSize / size).contains(entry.count) else {
      return nil
    }
    let byteCount = size * entry.count
    return byteCount <= entry.word.count
      ? Array(entry.word.prefix(byteCount)) : source.bytes(at: integer(entry.word[...]), count: byteCount)
  }

  /// The first few whole numbers of an entry; empty if it has others.
  mutating func integers(_ entry: Entry) -> [Int] {
    guard [1, 3, 4, 13, 16, 18].contains(entry.type), let size = Self.sizes[entry.type], let value = value(entry)
    else { return [] }
    return stride(from: 0, to: min(value.count, 8 * size), by: size).map { integer(value[$0..<$0 + size]) }
  }

  private func integer(_ bytes: ArraySlice<UInt8>) -> Int { Self.integer(bytes, isLittleEndian) }

  /// Numbers beyond the range of `Int` become negative.
  private static func integer(_ bytes: ArraySlice<UInt8>, _ isLittleEndian: Bool) -> Int {
    isLittleEndian ? bytes.littleEndianInteger : bytes.bigEndianInteger
  }
}
