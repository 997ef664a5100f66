import Foundation

/// Reads the JSON header of a safetensors file: an object of objects, and nothing deeper.
///
/// It is a separate parser because Foundation's silently drops duplicate keys.
struct SafetensorsHeader {
  struct Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
  }

  private(set) var metadata: [String: String] = [:]
  private(set) var entries: [(name: String, entry: Entry)] = []
  private let text: [UInt8]
  private var position = 0

  init(_ text: [UInt8]) throws(MalformedFile) {
    self.text = text
    var names: Set<String> = []
    try readObject { reader, name throws(MalformedFile) in
      guard names.insert(name).inserted else { throw MalformedFile("the header names \(name) twice") }
      if name == "__metadata__" {
        try reader.readMetadata()
      } else {
        try reader.readEntry(name)
      }
    }
    skipSpace()
    guard position == text.count else { throw malformed("the end") }
  }

  private mutating func readMetadata() throws(MalformedFile) {
    try readObject { reader, key throws(MalformedFile) in
      let value = try reader.readString()
      guard reader.metadata.updateValue(value, forKey: key) == nil else {
        throw MalformedFile("the metadata names \(key) twice")
      }
    }
  }

  private mutating func readEntry(_ name: String) throws(MalformedFile) {
    var entry = Entry()
    try readObject { reader, field throws(MalformedFile) in
      switch field {
      case "dtype" where entry.type == nil: entry.type = try reader.readString()
      case "shape" where entry.shape == nil: entry.shape = try reader.readIntegers()
      case "data_offsets" where entry.offsets == nil: entry.offsets = try reader.readIntegers()
      default: throw MalformedFile("tensor \(name) has an unknown or repeated field \(field)")
      }
    }
    entries.append((name, entry))
  }

  private mutating func readObject(
    _ readValue: (inout SafetensorsHeader, String) throws(MalformedFile) -> Void
  ) throws(MalformedFile) {
    try expect("{")
    if skip("}") { return }
    repeat {
      let key = try readString()
      try expect(":")
      try readValue(&self, key)
    } while skip(",")
    try expect("}")
  }

  private mutating func readIntegers() throws(MalformedFile) -> [Int] {
    try expect("[")
    var values: [Int] = []
    if skip("]") { return values }
    repeat {
      skipSpace()
      let start = position
      while position < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position]) { position += 1 }
      guard let value = Int(String(decoding: text[start..<position], as: UTF8.self)) else {
        throw malformed("a whole number")
      }
      values.append(value)
    } while skip(",")
    try expect("]")
    return values
  }

  private mutating func readString() throws(MalformedFile) -> String {
    try expect("\"")
    let start = position
    var isEscaped = false
    while position < text.count, text[position] != UInt8(ascii: "\"") {
      if text[position] == UInt8(ascii: "\\") {
        isEscaped = true
        position += 1
      }
      position += 1
    }
    guard position < text.count else { throw malformed("the end of a string") }
    let content = text[start..<position]
    position += 1
    if isEscaped {
      let quoted = Data([UInt8(ascii: "\"")] + content + [UInt8(ascii: "\"")])
      guard let string = try? JSONDecoder().decode(String.self, from: quoted) else { throw malformed("a valid string") }
      return string
    }
    guard let string = String(validating: content, as: UTF8.self) else { throw malformed("UTF-8 text") }
    return string
  }

  private mutating func skipSpace() {
    while position < text.count, [0x20, 0x09, 0x0a, 0x0d].contains(text[position]) { position += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(MalformedFile) {
    guard skip(character) else { throw malformed("'\(character)'") }
  }

  private func malformed(_ expected: String) -> MalformedFile {
    MalformedFile("the header's JSON is broken at byte \(position), where \(expected) was expected")
  }
}
