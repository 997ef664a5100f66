/// Lays out directories of TIFF files and of EXIF data, beginning with the header.
struct TIFFLayout {
  struct Field {
    let tag, type, count: Int
    /// In the file's byte order.
    let value: [UInt8]
  }

  enum Kind: Int {
    case byte = 1
    case short = 3
    case long = 4
    case rational = 5
    case undefined = 7

    fileprivate var size: Int {
      switch self {
      case .byte, .undefined: 1
      case .short: 2
      case .long, .rational: 4  // a rational is two numbers of four bytes
      }
    }
  }

  private(set) var bytes: [UInt8]
  let isLittleEndian: Bool

  init(isLittleEndian: Bool) {
    self.isLittleEndian = isLittleEndian
    bytes = isLittleEndian ? [0x49, 0x49, 42, 0] : [0x4d, 0x4d, 0, 42]
    bytes += [0, 0, 0, 0]
  }

  /// The numbers of a rational follow each other.
  func field(_ tag: Int, _ kind: Kind, _ numbers: [Int]) -> Field {
    let count = kind == .rational ? numbers.count / 2 : numbers.count
    return Field(tag: tag, type: kind.rawValue, count: count, value: numbers.flatMap { number($0, kind.size) })
  }

  func number(_ number: Int, _ size: Int) -> [UInt8] {
    let number = [UInt8](bigEndian: number, count: size)
    return isLittleEndian ? number.reversed() : number
  }

  /// Appends a directory, with what follows it, and returns its offset.
  mutating func append(_ fields: [Field]) -> Int {
    if bytes.count % 2 == 1 { bytes.append(0) }
    let start = bytes.count
    bytes += directory(fields, at: start)
    return start
  }

  mutating func setFirstDirectory(_ offset: Int) {
    bytes.replaceSubrange(4..<8, with: number(offset, 4))
  }

  /// The bytes of a directory that begins at an even offset: its entries, sorted, no next directory, and the values that
  /// do not fit into entries.
  func directory(_ fields: [Field], at start: Int) -> [UInt8] {
    var entries = number(fields.count, 2)
    var values: [UInt8] = []
    let valueStart = start + 2 + 12 * fields.count + 4
    for field in fields.sorted(by: { $0.tag < $1.tag }) {
      entries += number(field.tag, 2) + number(field.type, 2) + number(field.count, 4)
      if field.value.count <= 4 {
        entries += field.value + [UInt8](repeating: 0, count: 4 - field.value.count)
      } else {
        entries += number(valueStart + values.count, 4)
        values += field.value + (field.value.count % 2 == 1 ? [0] : [])
      }
    }
    return entries + [0, 0, 0, 0] + values
  }
}
