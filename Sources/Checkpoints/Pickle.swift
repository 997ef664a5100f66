/// A value in a pickle of tensors: plain values and descriptions of tensors, but no other objects.
///
/// Containers are indices into the pickle's tables, so that deep nesting or reference cycles in a file never lead to
/// unbounded recursion when values are released, copied or traversed.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  /// More than 64 bits, in little-endian two's complement.
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

  /// The element types of `torch.CharStorage` and its like.
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

/// A block of values that tensors are views of; the file stores it under `key`.
struct PickleStorage {
  let key: String
  let elementType: ElementType
  /// The number of values in the part of the block that starts at value `offset`.
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
  /// In the order of insertion. Keys may repeat; the last value of a key counts.
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var tensors: [PickleTensor] = []
  /// Every storage that the pickle mentions, by key.
  var storages: [String: PickleStorage] = [:]

  /// The value of a name in a dictionary; nil if there is none.
  func value(in dictionary: PickleValue, under name: String) -> PickleValue? {
    guard case .dictionary(let index) = dictionary else { return nil }
    return dictionaries[index].last { entry in
      if case .string(name) = entry.key { true } else { false }
    }?.value
  }

  /// The elements of a list or tuple of integers; nil for anything else.
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
