/// What a pickle of tensors can hold: plain values and descriptions of tensors, no objects of any other kind.
///
/// Containers are indices into the pickle's tables, so that whatever a file nests or ties in a knot, nothing here is
/// released, copied or walked recursively without a bound.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  /// Little-endian two's complement, wider than 64 bits.
  case largeInteger([UInt8])
  case float(Double)
  case string(String)
  case bytes([UInt8])
  /// A list or a tuple.
  case sequence(Int)
  case dictionary(Int)
  case storage(PickleStorage)
  case tensor(Int)
  case callable(PickleCallable)
}

/// The callables that a file of tensors needs; everything else that a pickle may name is refused.
enum PickleCallable {
  case orderedDictionary
  case size
  case rebuildTensor
  case rebuildParameter
  case storageType(ElementType)

  /// `torch.CharStorage` and the like hold values of one type each.
  private static let storageTypes: [String: ElementType] = [
    "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
    "BoolStorage": .bool,
  ]

  init(module: String, name: String) throws(MalformedFile) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch", "Size"): self = .size
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    default:
      guard module == "torch", let elementType = Self.storageTypes[name] else {
        throw MalformedFile(
          "the pickle names \(module).\(name), which is not part of a tensor file; nothing was run")
      }
      self = .storageType(elementType)
    }
  }
}

/// A block of values that tensors view; the file keeps it under `key`.
struct PickleStorage {
  let key: String
  let elementType: ElementType
  /// Of values, in the part that begins at `offset` values into the block.
  let count: Int
  let offset: Int
}

struct PickleTensor {
  let storage: PickleStorage
  let offset: Int
  let dimensions: [Int]
  let strides: [Int]
}

struct Pickle {
  var root = PickleValue.none
  var sequences: [[PickleValue]] = []
  /// In the order of insertion; a later value for the same key stands after the earlier one.
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var tensors: [PickleTensor] = []
  /// Every storage that the pickle mentions, by key.
  var storages: [String: PickleStorage] = [:]

  /// The value that a dictionary holds under a name.
  func value(in dictionary: PickleValue, under name: String) -> PickleValue? {
    guard case .dictionary(let index) = dictionary else { return nil }
    return dictionaries[index].last { entry in
      if case .string(name) = entry.key { true } else { false }
    }?.value
  }

  /// The whole numbers of a list or tuple.
  func integers(_ value: PickleValue) -> [Int]? {
    guard case .sequence(let index) = value else { return nil }
    var integers: [Int] = []
    for element in sequences[index] {
      guard case .integer(let integer) = element else { return nil }
      integers.append(integer)
    }
    return integers
  }
}
