import CZlib
import Foundation

/// The bytes around files that make them a zip archive, with stored entries: images do not get smaller by compressing. Sizes are
/// known before anything is sent, so the archive's is.
///
/// Documented in PKWARE's APPNOTE.TXT, sections 4.3 to 4.5; with zip64 fields only where sizes need them.
package struct ZipWriter {
  package struct Entry: Sendable {
    /// With `/` between folders.
    let name: String
    let file: URL
    /// In bytes.
    package let size: Int
    let changed: Date

    package init(name: String, file: URL, size: Int, changed: Date) {
      (self.name, self.file, self.size, self.changed) = (name, file, size, changed)
    }
  }

  package init() {}

  private struct Written {
    let entry: Entry
    let checksum: UInt32
    let offset: Int
  }

  private var written: [Written] = []
  private var offset = 0

  private static let largest32 = 0xffff_ffff
  private static let largest16 = 0xffff
  /// The names are UTF-8.
  private static let flags = 1 << 11

  /// What comes before a file.
  package mutating func header(of entry: Entry, checksum: UInt32) -> Data {
    written.append(Written(entry: entry, checksum: checksum, offset: offset))
    var header = Data()
    let isLarge = entry.size >= Self.largest32
    header.append(0x0403_4b50, 4)
    header.append(isLarge ? 45 : 20, 2)
    Self.appendShared(entry, checksum, isLarge, to: &header)
    let extra = isLarge ? Self.extra([entry.size, entry.size]) : Data()
    header.append(extra.count, 2)
    header.append(Data(entry.name.utf8))
    header.append(extra)
    offset += header.count + entry.size
    return header
  }

  /// What comes after the last file.
  package func directory() -> Data {
    var directory = Data()
    for item in written {
      let isLarge = item.entry.size >= Self.largest32, isFar = item.offset >= Self.largest32
      directory.append(0x0201_4b50, 4)
      directory.append(3 << 8 | 45, 2)
      directory.append(isLarge || isFar ? 45 : 20, 2)
      Self.appendShared(item.entry, item.checksum, isLarge, to: &directory)
      let extra = Self.extra((isLarge ? [item.entry.size, item.entry.size] : []) + (isFar ? [item.offset] : []))
      directory.append(extra.count, 2)
      directory.append(0, 2)  // comment
      directory.append(0, 2)  // disk
      directory.append(0, 2)  // kind of contents
      directory.append(0o100644 << 16, 4)
      directory.append(isFar ? Self.largest32 : item.offset, 4)
      directory.append(Data(item.entry.name.utf8))
      directory.append(extra)
    }
    return directory + end(ofDirectory: directory.count)
  }

  private func end(ofDirectory size: Int) -> Data {
    var end = Data()
    let isLarge = offset >= Self.largest32 || size >= Self.largest32 || written.count >= Self.largest16
    if isLarge {
      end.append(0x0606_4b50, 4)
      end.append(44, 8)
      end.append(3 << 8 | 45, 2)
      end.append(45, 2)
      end.append(0, 8)  // disks
      end.append(written.count, 8)
      end.append(written.count, 8)
      end.append(size, 8)
      end.append(offset, 8)
      end.append(0x0706_4b50, 4)
      end.append(0, 4)
      end.append(offset + size, 8)
      end.append(1, 4)
    }
    end.append(0x0605_4b50, 4)
    end.append(0, 4)  // disks
    end.append(min(written.count, Self.largest16), 2)
    end.append(min(written.count, Self.largest16), 2)
    end.append(isLarge ? Self.largest32 : size, 4)
    end.append(isLarge ? Self.largest32 : offset, 4)
    end.append(0, 2)
    return end
  }

  /// The size of the whole archive, in bytes.
  package static func size(of entries: [Entry]) -> Int {
    var writer = ZipWriter()
    for entry in entries { _ = writer.header(of: entry, checksum: 0) }
    return writer.offset + writer.directory().count
  }

  /// The checksum of a file's first bytes, as many as the entry says. Throws if there are fewer.
  static func checksum(of entry: Entry) throws -> UInt32 {
    let handle = try FileHandle(forReadingFrom: entry.file)
    defer { try? handle.close() }
    var (checksum, left) = (crc32(0, nil, 0), entry.size)
    while left > 0 {
      guard let piece = try handle.read(upToCount: min(left, Answer.pieceSize)), !piece.isEmpty else {
        throw Answer.CutShort()
      }
      checksum = piece.withUnsafeBytes { crc32(checksum, $0.baseAddress, UInt32($0.count)) }
      left -= piece.count
    }
    return UInt32(checksum)
  }

  /// Flags, method, time, checksum, sizes and the name's length.
  private static func appendShared(_ entry: Entry, _ checksum: UInt32, _ isLarge: Bool, to data: inout Data) {
    data.append(flags, 2)
    data.append(0, 2)  // stored
    let time = Calendar(identifier: .gregorian).dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: entry.changed)
    data.append((time.hour ?? 0) << 11 | (time.minute ?? 0) << 5 | (time.second ?? 0) / 2, 2)
    data.append(max(0, (time.year ?? 1980) - 1980) << 9 | (time.month ?? 1) << 5 | (time.day ?? 1), 2)
    data.append(Int(checksum), 4)
    data.append(isLarge ? largest32 : entry.size, 4)
    data.append(isLarge ? largest32 : entry.size, 4)
    data.append(entry.name.utf8.count, 2)
  }

  private static func extra(_ numbers: [Int]) -> Data {
    guard !numbers.isEmpty else { return Data() }
    var extra = Data()
    extra.append(1, 2)
    extra.append(8 * numbers.count, 2)
    for number in numbers { extra.append(number, 8) }
    return extra
  }
}

extension Data {
  /// A number in so many bytes, the lowest first.
  fileprivate mutating func append(_ number: Int, _ bytes: Int) {
    for byte in 0..<bytes { append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
  }
}
