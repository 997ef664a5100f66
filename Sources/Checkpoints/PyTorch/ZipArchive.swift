import Foundation

/// The entries of a zip file, with or without zip64 extensions. PyTorch stores weights as they are, but the code of a
/// TorchScript program compressed, and other programs compress everything.
///
/// Documented in PKWARE's APPNOTE.TXT, sections 4.3 to 4.5.
struct ZipArchive {
  private struct Entry {
    /// The range of the stored bytes in the file.
    let range: Range<Int>
    let method: Int
    let size: Int
  }

  private let entries: [String: Entry]
  /// The file, followed by the entries that were inflated.
  private(set) var contents: Data
  /// How many bytes may be added to `contents`.
  private var room: Int
  private var inflated: [String: Range<Int>] = [:]

  var names: some Collection<String> { entries.keys }

  private static let endSignature = 0x0605_4b50
  private static let end64Signature = 0x0606_4b50
  private static let locator64Signature = 0x0706_4b50
  private static let entrySignature = 0x0201_4b50
  private static let localSignature = 0x0403_4b50

  static func recognises(_ file: Data) -> Bool {
    file.starts(with: [0x50, 0x4b, 0x03, 0x04])
  }

  init(_ file: Data) throws(MalformedFile) {
    var (position, remaining) = try Self.directory(of: file)
    var entries: [String: Entry] = [:]
    while remaining > 0 {
      let (name, entry, next) = try Self.entry(at: position, of: file)
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw MalformedFile("the zip archive holds two entries named \(name)")
      }
      position = next
      remaining -= 1
    }
    self.entries = entries
    contents = file
    room = Self.smallestRoom + 16 * file.count
  }

  private static let smallestRoom = 1 << 20

  /// The range of an entry's bytes in `contents`, inflated if need be; nil if there is no such entry. Throws if the entry
  /// is compressed in another way than by deflating, damaged, or far larger than the file.
  mutating func bytes(of name: String) throws(MalformedFile) -> Range<Int>? {
    guard let entry = entries[name] else { return nil }
    guard entry.method != 0 else { return entry.range }
    if let range = inflated[name] { return range }
    guard entry.method == 8 else {
      throw MalformedFile(
        "the zip entry \(name) is compressed by the method \(entry.method), expected none or deflating (8)")
    }
    guard entry.size <= room else {
      throw MalformedFile("the zip entry \(name) would expand to \(entry.size) bytes, far more than the file has")
    }
    guard let bytes = Inflation.bytes(of: contents[entry.range], size: entry.size) else {
      throw MalformedFile("the zip entry \(name) is damaged: it does not inflate to its \(entry.size) bytes")
    }
    room -= entry.size
    let range = contents.count..<(contents.count + entry.size)
    contents += bytes
    inflated[name] = range
    return range
  }

  /// The position of the central directory and the number of its entries.
  private static func directory(of file: Data) throws(MalformedFile) -> (position: Int, count: Int) {
    // The end record is 22 bytes long, followed by a comment of at most 65535.
    var end = file.count - 22
    let first = max(0, end - 65535)
    while end >= first, try file.integer(UInt32.self, at: end) != endSignature { end -= 1 }
    guard end >= first else {
      throw MalformedFile("is truncated: a zip archive without its directory, which lies at the end")
    }
    let locator = end - 20
    if locator >= 0, try file.integer(UInt32.self, at: locator) == locator64Signature {
      let end64 = try file.integer(UInt64.self, at: locator + 8)
      guard try file.integer(UInt32.self, at: end64) == end64Signature else {
        throw MalformedFile("is damaged: its zip64 directory is not where it should be")
      }
      return (try file.integer(UInt64.self, at: end64 + 48), try file.integer(UInt64.self, at: end64 + 32))
    }
    return (try file.integer(UInt32.self, at: end + 16), try file.integer(UInt16.self, at: end + 10))
  }

  private static func entry(
    at position: Int, of file: Data
  ) throws(MalformedFile) -> (name: String, entry: Entry, next: Int) {
    guard try file.integer(UInt32.self, at: position) == entrySignature else {
      throw MalformedFile("is damaged: its zip directory breaks off at byte \(position)")
    }
    let method = try file.integer(UInt16.self, at: position + 10)
    var storedSize = try file.integer(UInt32.self, at: position + 20)
    var size = try file.integer(UInt32.self, at: position + 24)
    let nameLength = try file.integer(UInt16.self, at: position + 28)
    let extraLength = try file.integer(UInt16.self, at: position + 30)
    let commentLength = try file.integer(UInt16.self, at: position + 32)
    var local = try file.integer(UInt32.self, at: position + 42)
    let name = String(decoding: file[try file.range(from: position + 46, length: nameLength)], as: UTF8.self)
    let extra = try file.range(from: position + 46 + nameLength, length: extraLength)
    try readZip64(file, extra, &size, &storedSize, &local)
    guard method != 0 || size == storedSize else {
      throw MalformedFile("is damaged: the zip entry \(name) has two sizes, \(size) and \(storedSize)")
    }
    guard try file.integer(UInt32.self, at: local) == localSignature else {
      throw MalformedFile("is damaged: the zip entry \(name) is not where it should be")
    }
    let skipped = try file.integer(UInt16.self, at: local + 26) + file.integer(UInt16.self, at: local + 28)
    let range = try file.range(from: local + 30 + skipped, length: storedSize)
    return (name, Entry(range: range, method: method, size: size), extra.upperBound + commentLength)
  }

  /// Fields that do not fit 32 bits are all ones; their values are then in extra field 1, in the order size, stored
  /// size, local header.
  private static func readZip64(
    _ file: Data, _ extra: Range<Int>, _ size: inout Int, _ storedSize: inout Int, _ local: inout Int
  ) throws(MalformedFile) {
    let placeholder = 0xffff_ffff
    guard [size, storedSize, local].contains(placeholder) else { return }
    var position = extra.lowerBound
    func next() throws(MalformedFile) -> Int {
      defer { position += 8 }
      return try file.integer(UInt64.self, at: position)
    }
    while position + 4 <= extra.upperBound {
      let identifier = try file.integer(UInt16.self, at: position)
      let length = try file.integer(UInt16.self, at: position + 2)
      position += 4
      guard identifier == 1 else {
        position += length
        continue
      }
      if size == placeholder { size = try next() }
      if storedSize == placeholder { storedSize = try next() }
      if local == placeholder { local = try next() }
      return
    }
  }
}
