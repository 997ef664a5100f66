import Foundation

/// The first directory of EXIF data (CIPA DC-008; the layout is TIFF 6.0's), as far as orientation goes.
struct ExifDirectory {
  private var bytes: [UInt8]
  private let isLittleEndian: Bool
  private let entries: Range<Int>
  private let orientationEntry: Int?

  private static let entrySize = 12
  private static let orientationTag = 0x0112
  private static let short = 3

  /// Nil where the data does not have the layout.
  init?(_ data: Data) {
    bytes = Array(data)
    switch bytes.prefix(4) {
    case [0x49, 0x49, 42, 0]: isLittleEndian = true
    case [0x4d, 0x4d, 0, 42]: isLittleEndian = false
    default: return nil
    }
    guard bytes.count >= 8 else { return nil }
    let start = Self.integer(bytes[4..<8], isLittleEndian)
    guard start >= 8, start + 2 <= bytes.count else { return nil }
    let count = Self.integer(bytes[start..<start + 2], isLittleEndian)
    let entries = start + 2..<start + 2 + count * Self.entrySize
    guard entries.upperBound <= bytes.count else { return nil }
    self.entries = entries
    orientationEntry =
      entries.lazy.filter { [bytes, isLittleEndian] position in
        (position - entries.lowerBound) % Self.entrySize == 0
          && Self.integer(bytes[position..<position + 2], isLittleEndian) == Self.orientationTag
          && Self.integer(bytes[position + 2..<position + 4], isLittleEndian) == Self.short
      }.first
  }

  /// 1...8; 1, upright, where nothing or nonsense is said.
  var orientation: Int {
    guard let orientationEntry else { return 1 }
    let value = Self.integer(bytes[orientationEntry + 8..<orientationEntry + 10], isLittleEndian)
    return (1...8).contains(value) ? value : 1
  }

  /// The data for a picture that has been turned upright: without the link to the thumbnail, which has not been.
  var upright: Data {
    var bytes = bytes
    if let orientationEntry {
      bytes[orientationEntry + 8] = isLittleEndian ? 1 : 0
      bytes[orientationEntry + 9] = isLittleEndian ? 0 : 1
    }
    for position in entries.upperBound..<min(entries.upperBound + 4, bytes.count) { bytes[position] = 0 }
    return Data(bytes)
  }

  private static func integer(_ bytes: ArraySlice<UInt8>, _ isLittleEndian: Bool) -> Int {
    (isLittleEndian ? bytes.reversed() : Array(bytes)).reduce(0) { $0 << 8 | Int($1) }
  }
}
