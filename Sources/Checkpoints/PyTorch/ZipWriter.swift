import CZlib
import Files
import Foundation

/// Writes a zip file whose entries are stored as they are, each beginning at a multiple of 64 bytes, as PyTorch maps them
/// into memory.
struct ZipWriter {
  private struct Entry {
    let name: String
    let checksum: UInt32
    let size: UInt32
    let start: UInt32
  }

  private static let alignment = 64
  /// The first that the format allows: files with the same contents are the same.
  private static let day: UInt16 = 1 << 5 | 1
  private static let version: UInt16 = 20

  private let file: FileInProgress
  private let url: URL
  private var entries: [Entry] = []
  private var position = 0

  init(_ file: FileInProgress, for url: URL) {
    self.file = file
    self.url = url
  }

  /// Throws a `CheckpointError` if the file would be larger than zip without its extensions allows, and `FileError`.
  mutating func add(_ name: String, _ contents: [UInt8]) throws {
    guard let size = UInt32(exactly: contents.count), let start = UInt32(exactly: position) else { throw excess }
    let entry = Entry(
      name: name, checksum: UInt32(crc32(0, contents, uInt(contents.count))), size: size, start: start)
    entries.append(entry)
    var header = Self.signature(0x0403_4b50) + Self.description(of: entry)
    // An extra field of padding: its mark, its length, then the padding itself.
    let unpadded = position + header.count + 2 + name.utf8.count + 4
    let padding = (Self.alignment - unpadded % Self.alignment) % Self.alignment
    header += UInt16(padding + 4).littleEndianBytes + Array(name.utf8)
    header += Array("FB".utf8) + UInt16(padding).littleEndianBytes + Array(repeating: 0, count: padding)
    try append(header)
    try append(contents)
  }

  /// Writes the directory. Call it once, after the last entry.
  mutating func finish() throws {
    let start = position
    for entry in entries {
      var record = Self.signature(0x0201_4b50) + Self.version.littleEndianBytes + Self.description(of: entry)
      // No extra field, comment, further disk nor attributes.
      record += Array(repeating: 0, count: 12)
      try append(record + entry.start.littleEndianBytes + Array(entry.name.utf8))
    }
    guard let count = UInt16(exactly: entries.count), let first = UInt32(exactly: start) else { throw excess }
    let counts: [UInt8] = count.littleEndianBytes + count.littleEndianBytes
    let place: [UInt8] = UInt32(position - start).littleEndianBytes + first.littleEndianBytes
    try append(Self.signature(0x0605_4b50) + [0, 0, 0, 0] + counts + place + [0, 0])
  }

  /// What an entry's two headers have in common: version to its name's length.
  private static func description(of entry: Entry) -> [UInt8] {
    let isUTF8: UInt16 = 1 << 11
    let fields: [UInt16] = [version, isUTF8, 0, 0, day]
    return fields.flatMap(\.littleEndianBytes) + entry.checksum.littleEndianBytes + entry.size.littleEndianBytes
      + entry.size.littleEndianBytes + UInt16(entry.name.utf8.count).littleEndianBytes
  }

  private static func signature(_ number: UInt32) -> [UInt8] { number.littleEndianBytes }

  private mutating func append(_ bytes: [UInt8]) throws {
    try file.append(bytes)
    position += bytes.count
  }

  private var excess: CheckpointError {
    CheckpointError(url, "would take more than the 4 GB that such a file can: write a safetensors file instead")
  }
}
