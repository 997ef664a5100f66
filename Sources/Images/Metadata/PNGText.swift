/// A PNG text chunk: iTXt, zTXt or tEXt.
struct PNGText {
  let keyword: String
  private let text: ArraySlice<UInt8>
  private let isCompressed: Bool

  /// Nil if the chunk is incomplete.
  init?(type: String, bytes: [UInt8]) {
    guard let end = bytes.firstIndex(of: 0) else { return nil }
    keyword = String(decoding: bytes[..<end], as: UTF8.self)
    var rest = bytes[(end + 1)...]
    switch type {
    case "tEXt":
      isCompressed = false
    case "zTXt":
      isCompressed = true
      rest = rest.dropFirst()  // the compression method, of which there is only one
    default:
      guard rest.count > 2 else { return nil }
      isCompressed = rest[rest.startIndex] == 1
      rest = rest.dropFirst(2)
      for _ in ["language", "keyword in that language"] {
        guard let end = rest.firstIndex(of: 0) else { return nil }
        rest = rest[(end + 1)...]
      }
    }
    text = rest
  }

  /// Nil if the text is damaged, or far too large.
  func content() -> [UInt8]? {
    isCompressed ? Deflate.inflated(text, limit: EmbeddedMetadata.largestPartSize) : Array(text)
  }
}

/// Bytes as hexadecimal digits, as ImageMagick writes them into PNG files: a line with the kind, one with the size,
/// then lines of 72 digits.
enum RawProfile {
  /// Followed by the kind.
  static let keyword = "Raw profile type "

  /// Nil if the text is not in this form.
  static func bytes(of text: [UInt8]) -> [UInt8]? {
    let lines = text.split(separator: 0x0a, maxSplits: 2)
    guard lines.count == 3,
      let size = Int(String(decoding: lines[1].filter { $0 != 0x20 }, as: UTF8.self)), size >= 0
    else { return nil }
    let digits = lines[2].compactMap(value)
    guard digits.count == 2 * size else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  static func text(holding bytes: [UInt8], kind: String) -> [UInt8] {
    let size = String(bytes.count)
    var text = Array("\n\(kind)\n\(String(repeating: " ", count: max(0, 8 - size.count)))\(size)\n".utf8)
    let digits = Array("0123456789abcdef".utf8)
    for (index, byte) in bytes.enumerated() {
      text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      if index % 36 == 35 { text.append(0x0a) }
    }
    return text + [0x0a]
  }

  private static func value(ofDigit digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x41 + 10
    case 0x61...0x66: digit - 0x61 + 10
    default: nil
    }
  }
}
