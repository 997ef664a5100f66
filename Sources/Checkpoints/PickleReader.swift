import Foundation

/// Reads one pickle, of the kinds that PyTorch writes (protocols 2 to 4), without being able to run anything.
///
/// The opcodes are those of Python's `pickletools`. Opcodes that no file of tensors needs are refused, and so is every
/// global name but those of `PickleCallable`. Memory stays within a multiple of the pickle's bytes.
struct PickleReader {
  /// Far beyond the longest list of tensors.
  private static let largestPickle = 64 << 20

  let file: Data
  private(set) var position: Int
  private var pickle = Pickle()
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  /// Values put into containers so far: at most a few for each byte, whatever a file repeats.
  private var placedValues = 0
  private let start: Int

  init(_ file: Data, at start: Int) {
    self.file = file
    self.start = start
    position = start
  }

  /// Leaves `position` behind the pickle's last byte.
  mutating func read() throws(MalformedFile) -> Pickle {
    while true {
      let opcode = try byte()
      if opcode == UInt8(ascii: ".") { break }
      try execute(opcode)
      guard position - start <= Self.largestPickle else {
        throw MalformedFile("the pickle is longer than \(Self.largestPickle >> 20) MiB")
      }
    }
    pickle.root = try pop()
    return pickle
  }

  private mutating func execute(_ opcode: UInt8) throws(MalformedFile) {
    switch opcode {
    case 0x80: try readProtocol()
    case 0x95: _ = try take(8)  // A frame's length: only a hint for reading ahead.
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"): stack.append(try top())
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case UInt8(ascii: "K"): stack.append(.integer(try integer(UInt8.self)))
    case UInt8(ascii: "M"): stack.append(.integer(try integer(UInt16.self)))
    case UInt8(ascii: "J"): stack.append(.integer(try integer(Int32.self)))
    case 0x8a: stack.append(longInteger(try take(try integer(UInt8.self))))
    case 0x8b: stack.append(longInteger(try take(try integer(UInt32.self))))
    case UInt8(ascii: "G"): stack.append(.float(try bigEndianDouble()))
    case UInt8(ascii: "X"), UInt8(ascii: "T"): try pushString(length: try integer(UInt32.self))
    case 0x8c, UInt8(ascii: "U"): try pushString(length: try integer(UInt8.self))
    case 0x8d: try pushString(length: try integer(UInt64.self))
    case UInt8(ascii: "B"): stack.append(.bytes([UInt8](try take(try integer(UInt32.self)))))
    case UInt8(ascii: "C"): stack.append(.bytes([UInt8](try take(try integer(UInt8.self)))))
    case 0x8e: stack.append(.bytes([UInt8](try take(try integer(UInt64.self)))))
    case UInt8(ascii: ")"), UInt8(ascii: "]"): try pushSequence([])
    case UInt8(ascii: "t"), UInt8(ascii: "l"): try pushSequence(try popToMark())
    case 0x85...0x87: try pushSequence(try pop(count: Int(opcode) - 0x84))
    case UInt8(ascii: "a"): try append([try pop()])
    case UInt8(ascii: "e"): try append(try popToMark())
    case UInt8(ascii: "}"): try pushDictionary([])
    case UInt8(ascii: "d"): try pushDictionary(try popToMark())
    case UInt8(ascii: "s"): try setItems(try pop(count: 2))
    case UInt8(ascii: "u"): try setItems(try popToMark())
    case UInt8(ascii: "h"): try recall(try integer(UInt8.self))
    case UInt8(ascii: "j"): try recall(try integer(UInt32.self))
    case UInt8(ascii: "q"): memo[try integer(UInt8.self)] = try top()
    case UInt8(ascii: "r"): memo[try integer(UInt32.self)] = try top()
    case 0x94: memo[memo.count] = try top()
    case UInt8(ascii: "c"): stack.append(.callable(try PickleCallable(module: try line(), name: try line())))
    case 0x93: try pushNamedCallable()
    case UInt8(ascii: "R"), 0x81: try call()
    case UInt8(ascii: "b"): try build()
    case UInt8(ascii: "Q"): stack.append(.storage(try storage(try pop())))
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

  private mutating func pushString(length: Int) throws(MalformedFile) {
    stack.append(.string(String(decoding: try take(length), as: UTF8.self)))
  }

  private mutating func pushNamedCallable() throws(MalformedFile) {
    let names = try pop(count: 2)
    guard case .string(let module) = names[0], case .string(let name) = names[1] else { throw misuse("a global name") }
    stack.append(.callable(try PickleCallable(module: module, name: name)))
  }

  private mutating func recall(_ index: Int) throws(MalformedFile) {
    guard let value = memo[index] else { throw misuse("the memo \(index)") }
    stack.append(value)
  }
}

// Containers.
extension PickleReader {
  private mutating func place(_ count: Int) throws(MalformedFile) {
    placedValues += count
    guard placedValues <= 1024 + 4 * (position - start) else {
      throw MalformedFile("the pickle repeats itself into more values than it has bytes")
    }
  }

  private mutating func pushSequence(_ values: [PickleValue]) throws(MalformedFile) {
    try place(values.count + 1)
    pickle.sequences.append(values)
    stack.append(.sequence(pickle.sequences.count - 1))
  }

  private mutating func append(_ values: [PickleValue]) throws(MalformedFile) {
    guard case .sequence(let index) = try top() else { throw misuse("a list") }
    try place(values.count)
    pickle.sequences[index] += values
  }

  private mutating func pushDictionary(_ keysAndValues: [PickleValue]) throws(MalformedFile) {
    pickle.dictionaries.append([])
    stack.append(.dictionary(pickle.dictionaries.count - 1))
    try place(1)
    try setItems(keysAndValues)
  }

  private mutating func setItems(_ keysAndValues: [PickleValue]) throws(MalformedFile) {
    guard case .dictionary(let index) = try top(), keysAndValues.count % 2 == 0 else { throw misuse("a dictionary") }
    try place(keysAndValues.count)
    for pair in stride(from: 0, to: keysAndValues.count, by: 2) {
      pickle.dictionaries[index].append((keysAndValues[pair], keysAndValues[pair + 1]))
    }
  }

  /// Sets an object's attributes: an ordered dictionary's `_metadata` of module versions, which no reader needs.
  private mutating func build() throws(MalformedFile) {
    _ = try pop()
    guard case .dictionary = try top() else { throw misuse("an object's state") }
  }
}

// The callables.
extension PickleReader {
  private mutating func call() throws(MalformedFile) {
    guard case .sequence(let index) = try pop(), case .callable(let callable) = try pop() else {
      throw misuse("a call")
    }
    let arguments = pickle.sequences[index]
    switch callable {
    case .orderedDictionary: try pushDictionary(try keysAndValues(arguments))
    case .size:
      guard arguments.count == 1, case .sequence = arguments[0] else { throw misuse("torch.Size") }
      stack.append(arguments[0])
    case .rebuildTensor: try pushTensor(arguments)
    case .rebuildParameter:
      guard case .tensor? = arguments.first else { throw misuse("torch._utils._rebuild_parameter") }
      stack.append(arguments[0])
    case .storageType: throw misuse("a storage")
    }
  }

  /// `OrderedDict()` or, from Python 2, `OrderedDict([[key, value], ...])`.
  private func keysAndValues(_ arguments: [PickleValue]) throws(MalformedFile) -> [PickleValue] {
    if arguments.isEmpty { return [] }
    guard arguments.count == 1, case .sequence(let list) = arguments[0] else { throw misuse("collections.OrderedDict") }
    var flat: [PickleValue] = []
    for element in pickle.sequences[list] {
      guard case .sequence(let pair) = element, pickle.sequences[pair].count == 2 else {
        throw misuse("collections.OrderedDict")
      }
      flat += pickle.sequences[pair]
    }
    return flat
  }

  /// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)`; the older one has the first four.
  private mutating func pushTensor(_ arguments: [PickleValue]) throws(MalformedFile) {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
      let dimensions = pickle.integers(arguments[2]), let strides = pickle.integers(arguments[3])
    else { throw misuse("torch._utils._rebuild_tensor_v2") }
    try place(dimensions.count + strides.count)
    pickle.tensors.append(PickleTensor(storage: storage, offset: offset, dimensions: dimensions, strides: strides))
    stack.append(.tensor(pickle.tensors.count - 1))
  }

  /// `("storage", type, key, location, count)`, and in legacy files `None` or `(view's key, offset, count)`.
  private mutating func storage(_ identifier: PickleValue) throws(MalformedFile) -> PickleStorage {
    guard case .sequence(let index) = identifier, (5...6).contains(pickle.sequences[index].count),
      case .string("storage") = pickle.sequences[index][0],
      case .callable(.storageType(let elementType)) = pickle.sequences[index][1],
      case .string(let key) = pickle.sequences[index][2], case .integer(let count) = pickle.sequences[index][4]
    else { throw misuse("a storage") }
    let whole = PickleStorage(key: key, elementType: elementType, count: count, offset: 0)
    guard pickle.storages[key, default: whole].elementType == elementType else { throw misuse("a storage") }
    pickle.storages[key] = whole
    guard pickle.sequences[index].count == 6, case .sequence(let view) = pickle.sequences[index][5] else {
      return whole
    }
    guard pickle.sequences[view].count == 3, case .integer(let offset) = pickle.sequences[view][1],
      case .integer(let viewCount) = pickle.sequences[view][2]
    else { throw misuse("a storage's view") }
    return PickleStorage(key: key, elementType: elementType, count: viewCount, offset: offset)
  }
}

// The stack and the bytes.
extension PickleReader {
  /// Values above the last mark are all that opcodes may take.
  private func top() throws(MalformedFile) -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else { throw misuse("an empty stack") }
    return value
  }

  private mutating func pop() throws(MalformedFile) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(count: Int) throws(MalformedFile) -> [PickleValue] {
    guard stack.count - count >= marks.last ?? 0 else { throw misuse("an empty stack") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(MalformedFile) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw misuse("a missing mark") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
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

  private mutating func line() throws(MalformedFile) -> String {
    guard let end = file[position...].prefix(1024).firstIndex(of: UInt8(ascii: "\n")) else {
      throw misuse("a global name")
    }
    defer { position = end + 1 }
    return String(decoding: file[position..<end], as: UTF8.self)
  }

  private func misuse(_ what: String) -> MalformedFile {
    MalformedFile("the pickle is damaged: it misuses \(what) at byte \(position)")
  }
}
