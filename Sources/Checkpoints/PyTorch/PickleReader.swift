import Foundation

/// Reads one pickle as PyTorch writes it (protocols 2 to 4), and never runs code.
///
/// The opcodes are those of Python's `pickletools`. Opcodes that no file of tensors needs are refused, as are the
/// names of functions that run commands; objects of unknown classes are kept as data. Memory is bounded by a multiple of
/// the pickle's size.
struct PickleReader {
  /// In bytes; far more than the longest list of tensors needs.
  private static let largestPickle = 64 << 20

  let file: Data
  private(set) var position: Int
  private let start: Int
  private var builder = PickleBuilder()
  private var stack = PickleStack()
  private var memo: [Int: PickleValue] = [:]

  init(_ file: Data, at start: Int) {
    self.file = file
    self.start = start
    position = start
  }

  /// Reads the pickle, and leaves `position` after its last byte.
  mutating func read() throws(MalformedFile) -> Pickle {
    while true {
      let opcode = try byte()
      if opcode == UInt8(ascii: ".") { break }
      try execute(opcode)
      try builder.checkSize(against: position - start)
      guard position - start <= Self.largestPickle else {
        throw MalformedFile("the pickle is longer than \(Self.largestPickle >> 20) MiB")
      }
    }
    return builder.finished(try stack.pop())
  }

  private mutating func execute(_ opcode: UInt8) throws(MalformedFile) {
    switch opcode {
    case 0x80: try readProtocol()
    case 0x95: _ = try take(8)  // A frame's length: only a hint for reading ahead.
    case UInt8(ascii: "("): stack.mark()
    case UInt8(ascii: "0"): _ = try stack.pop()
    case UInt8(ascii: "1"): _ = try stack.popToMark()
    case UInt8(ascii: "2"): stack.push(try stack.top())
    case UInt8(ascii: "N"): stack.push(.none)
    case 0x88: stack.push(.bool(true))
    case 0x89: stack.push(.bool(false))
    case UInt8(ascii: "K"): stack.push(.integer(try integer(UInt8.self)))
    case UInt8(ascii: "M"): stack.push(.integer(try integer(UInt16.self)))
    case UInt8(ascii: "J"): stack.push(.integer(try integer(Int32.self)))
    case 0x8a: stack.push(longInteger(try take(try integer(UInt8.self))))
    case 0x8b: stack.push(longInteger(try take(try integer(UInt32.self))))
    case UInt8(ascii: "G"): stack.push(.float(try bigEndianDouble()))
    case UInt8(ascii: "X"), UInt8(ascii: "T"): stack.push(.string(try text(length: try integer(UInt32.self))))
    case 0x8c, UInt8(ascii: "U"): stack.push(.string(try text(length: try integer(UInt8.self))))
    case 0x8d: stack.push(.string(try text(length: try integer(UInt64.self))))
    case UInt8(ascii: "B"): stack.push(.bytes([UInt8](try take(try integer(UInt32.self)))))
    case UInt8(ascii: "C"): stack.push(.bytes([UInt8](try take(try integer(UInt8.self)))))
    case 0x8e: stack.push(.bytes([UInt8](try take(try integer(UInt64.self)))))
    case UInt8(ascii: ")"), UInt8(ascii: "]"), 0x8f: stack.push(builder.sequence([]))
    case UInt8(ascii: "t"), UInt8(ascii: "l"), 0x91: stack.push(builder.sequence(try stack.popToMark()))
    case 0x85...0x87: stack.push(builder.sequence(try stack.pop(count: Int(opcode) - 0x84)))
    case UInt8(ascii: "a"): try builder.append([try stack.pop()], to: try stack.top())
    case UInt8(ascii: "e"), 0x90: try builder.append(try stack.popToMark(), to: try stack.top())
    case UInt8(ascii: "}"): stack.push(try builder.dictionary())
    case UInt8(ascii: "d"): stack.push(try builder.dictionary(try stack.popToMark()))
    case UInt8(ascii: "s"): try builder.set(try stack.pop(count: 2), in: try stack.top())
    case UInt8(ascii: "u"): try builder.set(try stack.popToMark(), in: try stack.top())
    case UInt8(ascii: "h"): try recall(try integer(UInt8.self))
    case UInt8(ascii: "j"): try recall(try integer(UInt32.self))
    case UInt8(ascii: "q"): memo[try integer(UInt8.self)] = try stack.top()
    case UInt8(ascii: "r"): memo[try integer(UInt32.self)] = try stack.top()
    case 0x94: memo[memo.count] = try stack.top()
    case UInt8(ascii: "c"): stack.push(.callable(try PickleCallable(module: try line(), name: try line())))
    case 0x93: try pushNamedCallable()
    case UInt8(ascii: "R"), 0x81: try call()
    case 0x92: try callWithKeywords()
    case UInt8(ascii: "b"): try builder.setAttributes(try stack.pop(), of: try stack.top())
    case UInt8(ascii: "Q"): stack.push(try builder.persistent(try stack.pop()))
    default:
      throw MalformedFile(
        "the pickle holds the opcode 0x\(String(opcode, radix: 16)) at byte \(position - 1), which no tensor file needs"
      )
    }
  }

  private mutating func readProtocol() throws(MalformedFile) {
    let version = try byte()
    guard (1...5).contains(version) else { throw MalformedFile("the pickle has the unknown protocol \(version)") }
  }

  private mutating func recall(_ index: Int) throws(MalformedFile) {
    guard let value = memo[index] else { throw damaged("a memo that was never set") }
    stack.push(value)
  }

  private mutating func pushNamedCallable() throws(MalformedFile) {
    let names = try stack.pop(count: 2)
    guard case .string(let module) = names[0], case .string(let name) = names[1] else { throw damaged("a global name") }
    stack.push(.callable(try PickleCallable(module: module, name: name)))
  }

  private mutating func call() throws(MalformedFile) {
    let callableAndArguments = try stack.pop(count: 2)
    stack.push(try builder.call(callableAndArguments[0], callableAndArguments[1]))
  }

  /// Calls a class; its keyword arguments are left aside.
  private mutating func callWithKeywords() throws(MalformedFile) {
    let parts = try stack.pop(count: 3)
    stack.push(try builder.call(parts[0], parts[1]))
  }

  private func longInteger(_ bytes: Data) -> PickleValue {
    guard bytes.count <= 8 else { return .largeInteger([UInt8](bytes)) }
    let isNegative = bytes.last.map { $0 >= 0x80 } ?? false
    var value: UInt64 = isNegative ? .max : 0
    for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    return .integer(Int(Int64(bitPattern: value)))
  }

  private mutating func bigEndianDouble() throws(MalformedFile) -> Double {
    Double(bitPattern: try take(8).reduce(0) { $0 << 8 | UInt64($1) })
  }

  private mutating func text(length: Int) throws(MalformedFile) -> String {
    String(decoding: try take(length), as: UTF8.self)
  }

  /// The text up to the next newline, as in global names.
  private mutating func line() throws(MalformedFile) -> String {
    guard let end = file[position...].prefix(1024).firstIndex(of: UInt8(ascii: "\n")) else {
      throw damaged("a global name")
    }
    defer { position = end + 1 }
    return String(decoding: file[position..<end], as: UTF8.self)
  }

  private mutating func byte() throws(MalformedFile) -> UInt8 {
    guard position < file.count else { throw MalformedFile("is truncated: it ends within a pickle") }
    defer { position += 1 }
    return file[position]
  }

  private mutating func take(_ length: Int) throws(MalformedFile) -> Data {
    guard length <= file.count - position else { throw MalformedFile("is truncated: it ends within a pickle") }
    defer { position += length }
    return file[position..<(position + length)]
  }

  private mutating func integer<Raw: FixedWidthInteger>(_ type: Raw.Type) throws(MalformedFile) -> Int {
    let value = try file.integer(type, at: position)
    position += MemoryLayout<Raw>.size
    return value
  }

  private func damaged(_ what: String) -> MalformedFile {
    MalformedFile("the pickle is damaged: it misuses \(what) at byte \(position)")
  }
}
