import Foundation

/// XMP (ISO 16684-1), an XML text in UTF-8, from which properties can be removed. The rest is kept byte for byte.
///
/// A property is an attribute, or an element with its contents.
struct XMPPacket {
  struct Name {
    let prefix: String
    let local: String

    fileprivate init(_ bytes: ArraySlice<UInt8>) {
      let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1)
      prefix = parts.count > 1 ? String(parts[0]) : ""
      local = String(parts.last ?? "")
    }
  }

  private let bytes: [UInt8]

  init(_ data: Data) {
    bytes = Array(data)
  }

  /// Nil if the text is not well-formed XML, as far as removing properties requires it.
  func removing(_ isUnwanted: (Name) -> Bool) -> Data? {
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    var position = bytes.startIndex
    /// The nesting depth, and the depth at which an unwanted element began.
    var depth = 0
    var unwantedDepth: Int?
    func keep(_ range: Range<Int>) { if unwantedDepth == nil { kept += bytes[range] } }

    while position < bytes.endIndex {
      guard bytes[position] == Self.less else {
        let end = bytes[position...].firstIndex(of: Self.less) ?? bytes.endIndex
        keep(position..<end)
        position = end
        continue
      }
      if let (start, end) = Self.unparsed.first(where: { bytes[position...].starts(with: $0.start) }) {
        guard let last = offset(of: end, from: position + start.count) else { return nil }
        keep(position..<last + end.count)
        position = last + end.count
        continue
      }
      guard let tag = Tag(bytes, at: position) else { return nil }
      position = tag.range.upperBound
      if tag.isEnd {
        depth -= 1
        guard depth >= 0 else { return nil }
        if unwantedDepth == depth { unwantedDepth = nil } else { keep(tag.range) }
      } else if unwantedDepth == nil && isUnwanted(tag.name) {
        if !tag.isEmpty { unwantedDepth = depth }
      } else {
        var start = tag.range.lowerBound
        for (name, range) in tag.attributes where isUnwanted(name) {
          keep(start..<range.lowerBound)
          start = range.upperBound
        }
        keep(start..<tag.range.upperBound)
      }
      if !tag.isEnd && !tag.isEmpty { depth += 1 }
    }
    return depth == 0 && unwantedDepth == nil ? Data(kept) : nil
  }

  private static let less = UInt8(ascii: "<")
  private static let unparsed = [("<?", "?>"), ("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">")].map {
    (start: Array($0.0.utf8), end: Array($0.1.utf8))
  }

  private func offset(of text: [UInt8], from start: Int) -> Int? {
    var position = start
    while position + text.count <= bytes.count {
      guard let next = bytes[position...].firstIndex(of: text[0]) else { return nil }
      if bytes[next...].starts(with: text) { return next }
      position = next + 1
    }
    return nil
  }

  private struct Tag {
    let name: Name
    let range: Range<Int>
    let isEnd: Bool
    let isEmpty: Bool
    /// Each with the whitespace before it.
    var attributes: [(name: Name, range: Range<Int>)] = []

    init?(_ bytes: [UInt8], at start: Int) {
      var position = start + 1
      func byte() -> UInt8? { position < bytes.count ? bytes[position] : nil }
      func skipSpace() {
        while let byte = byte(), Self.space.contains(byte) { position += 1 }
      }
      func takeName() -> Name? {
        let first = position
        while let byte = byte(), !Self.ends.contains(byte) { position += 1 }
        return position > first ? Name(bytes[first..<position]) : nil
      }
      isEnd = byte() == UInt8(ascii: "/")
      if isEnd { position += 1 }
      guard let name = takeName() else { return nil }
      self.name = name
      while true {
        let first = position
        skipSpace()
        if byte() == UInt8(ascii: ">") || byte() == UInt8(ascii: "/") { break }
        guard let attribute = takeName() else { return nil }
        skipSpace()
        guard byte() == UInt8(ascii: "=") else { return nil }
        position += 1
        skipSpace()
        guard let quote = byte(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
          let end = bytes[(position + 1)...].firstIndex(of: quote)
        else { return nil }
        position = end + 1
        attributes.append((attribute, first..<position))
      }
      isEmpty = byte() == UInt8(ascii: "/")
      if isEmpty { position += 1 }
      guard byte() == UInt8(ascii: ">") else { return nil }
      range = start..<position + 1
    }

    private static let space = Set(" \t\r\n".utf8)
    private static let ends = space.union("=/><\"'\0".utf8)
  }
}

extension XMPPacket.Name {
  /// Whether the name is of a property that tells where a photograph was taken: EXIF's, and those of drone makers.
  var isLocation: Bool {
    let name = local.lowercased()
    return name.hasPrefix("gps") || ["latitude", "longitude", "longtitude"].contains { name.contains($0) }
  }
}
