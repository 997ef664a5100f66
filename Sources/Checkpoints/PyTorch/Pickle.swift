/// A value in a pickle of tensors: plain values, descriptions of tensors, and other objects' attributes as data.
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
  /// An object of a class that is not known here.
  case object(Int)
}

/// What a pickle names. The first are the callables that a file of tensors needs; of any other class or function, a call
/// is only recorded.
enum PickleCallable: Equatable {
  case orderedDictionary
  case size
  case rebuildTensor
  case rebuildParameter
  /// The older kind of a parameter, whose first argument is its tensor.
  case parameter
  /// A tensor of a class of its own: a callable for the plain tensor, its class, and the callable's arguments.
  case rebuildFromType
  case storageType(ElementType)
  /// By its full name, such as `torch.nn.modules.conv.Conv2d`.
  case other(String)

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
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"):
      self = .rebuildParameter
    case ("torch.nn.parameter", "Parameter"): self = .parameter
    case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildFromType
    default:
      if module == "torch", let elementType = Self.storageTypes[name] {
        self = .storageType(elementType)
      } else if Self.commandModules.contains(module) || Self.commands.contains("\(module).\(name)") {
        throw Self.foreign("\(module).\(name)")
      } else {
        self = .other("\(module).\(name)")
      }
    }
  }

  /// What runs commands or code has no business among weights, even where it is not run.
  private static let commandModules: Set = ["os", "posix", "nt", "subprocess", "pty", "runpy", "shutil", "socket"]
  private static let commands: Set = [
    "builtins.eval", "builtins.exec", "builtins.compile", "builtins.open", "builtins.__import__", "__builtin__.eval",
    "__builtin__.exec", "__builtin__.execfile", "__builtin__.compile", "__builtin__.open", "__builtin__.__import__",
  ]

  static func foreign(_ name: String) -> MalformedFile {
    MalformedFile("the pickle names \(name), which is not part of a tensor file; nothing was run")
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

/// An object of a class that is not known here. Only its attributes and entries are kept.
struct PickleObject {
  let className: String
  /// A tuple.
  let arguments: PickleValue
  var attributes = PickleValue.none
  /// The entries of a class like a dictionary; nil for others.
  var entries: PickleValue?
}

struct Pickle {
  var root = PickleValue.none
  var sequences: [[PickleValue]] = []
  /// In the order of insertion. Keys may repeat; the last value of a key counts.
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var tensors: [PickleTensor] = []
  var objects: [PickleObject] = []
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
