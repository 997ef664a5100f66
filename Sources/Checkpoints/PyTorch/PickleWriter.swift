/// The pickle of a state dictionary, in protocol 2, as `torch.save` writes it: each tensor a call that rebuilds it from a
/// storage of its own, whose values lie elsewhere in the file.
struct PickleWriter {
  private(set) var bytes: [UInt8] = [0x80, 2]

  /// - Parameter tensors: the storage of the tensor at index i has the key `i`.
  init(_ tensors: [NamedTensor]) {
    emptyDictionary()
    mark()
    for (index, tensor) in tensors.enumerated() {
      string(tensor.name)
      rebuilding(tensor, key: String(index))
    }
    opcode("u")  // The items of the dictionary.
    opcode(".")
  }

  private mutating func rebuilding(_ tensor: NamedTensor, key: String) {
    let dimensions = tensor.array.shape.dimensions
    global("torch._utils", "_rebuild_tensor_v2")
    mark()
    storage(key, of: tensor)
    integer(0)
    tuple(dimensions)
    tuple(dimensions.indices.map { axis in dimensions[(axis + 1)...].reduce(1) { $0 * max($1, 1) } })
    bytes.append(0x89)  // False: it requires no gradient.
    emptyDictionary()  // No hooks.
    opcode("t")
    opcode("R")
  }

  private static let storageTypes: [ElementType: String] = [.float16: "HalfStorage", .int64: "LongStorage"]

  private mutating func storage(_ key: String, of tensor: NamedTensor) {
    mark()
    string("storage")
    global("torch", Self.storageTypes[tensor.elementType] ?? "FloatStorage")
    string(key)
    string("cpu")
    integer(tensor.array.shape.count)
    opcode("t")
    opcode("Q")
  }

  private mutating func emptyDictionary() {
    global("collections", "OrderedDict")
    opcode(")")
    opcode("R")
  }

  private mutating func tuple(_ integers: [Int]) {
    mark()
    for value in integers { integer(value) }
    opcode("t")
  }

  private mutating func global(_ module: String, _ name: String) {
    opcode("c")
    bytes += Array("\(module)\n\(name)\n".utf8)
  }

  private mutating func string(_ text: String) {
    opcode("X")
    littleEndian(UInt32(text.utf8.count))
    bytes += Array(text.utf8)
  }

  /// Of 32 bits, or of 8 bytes where these do not suffice.
  private mutating func integer(_ value: Int) {
    if let short = Int32(exactly: value) {
      opcode("J")
      littleEndian(short)
    } else {
      bytes += [0x8a, 8]
      littleEndian(Int64(value))
    }
  }

  private mutating func mark() { opcode("(") }

  private mutating func opcode(_ character: Unicode.Scalar) { bytes.append(UInt8(ascii: character)) }

  private mutating func littleEndian(_ value: some FixedWidthInteger) { bytes += value.littleEndianBytes }
}
