/// Builds a pickle's values: containers, and the results of the permitted callables.
struct PickleBuilder {
  private(set) var pickle = Pickle()
  /// The number of values put into containers so far.
  private var placedValues = 0

  /// The finished pickle around its outermost value.
  func finished(_ root: PickleValue) -> Pickle {
    var pickle = pickle
    pickle.root = root
    return pickle
  }

  /// Limits the values to a few per byte of the pickle, however much it repeats.
  mutating func checkSize(against bytes: Int) throws(MalformedFile) {
    guard placedValues <= 1024 + 4 * bytes else {
      throw MalformedFile("the pickle expands to far more values than it has bytes")
    }
  }

  mutating func sequence(_ values: [PickleValue]) -> PickleValue {
    placedValues += values.count + 1
    pickle.sequences.append(values)
    return .sequence(pickle.sequences.count - 1)
  }

  mutating func append(_ values: [PickleValue], to list: PickleValue) throws(MalformedFile) {
    // The elements of a class like a list, such as a scheduler's, hold no weights.
    if case .object = list { return }
    guard case .sequence(let index) = list else { throw misuse("a list") }
    placedValues += values.count
    pickle.sequences[index] += values
  }

  mutating func dictionary(_ keysAndValues: [PickleValue] = []) throws(MalformedFile) -> PickleValue {
    placedValues += 1
    pickle.dictionaries.append([])
    let dictionary = PickleValue.dictionary(pickle.dictionaries.count - 1)
    try set(keysAndValues, in: dictionary)
    return dictionary
  }

  mutating func set(_ keysAndValues: [PickleValue], in dictionary: PickleValue) throws(MalformedFile) {
    if case .object(let object) = dictionary {
      if let entries = pickle.objects[object].entries { return try set(keysAndValues, in: entries) }
      pickle.objects[object].entries = try self.dictionary(keysAndValues)
      return
    }
    guard case .dictionary(let index) = dictionary, keysAndValues.count % 2 == 0 else { throw misuse("a dictionary") }
    placedValues += keysAndValues.count
    for pair in stride(from: 0, to: keysAndValues.count, by: 2) {
      pickle.dictionaries[index].append((keysAndValues[pair], keysAndValues[pair + 1]))
    }
  }

  /// - Parameter arguments: a tuple.
  mutating func call(_ callable: PickleValue, _ arguments: PickleValue) throws(MalformedFile) -> PickleValue {
    guard case .sequence(let index) = arguments else { throw misuse("a call") }
    let tuple = arguments
    let arguments = pickle.sequences[index]
    // What an unknown function gave is unknown, too.
    guard case .callable(let callable) = callable else { return object("a result", tuple) }
    switch callable {
    case .orderedDictionary:
      return try dictionary(keysAndValues(arguments))
    case .size:
      guard arguments.count == 1, case .sequence = arguments[0] else { throw misuse("torch.Size") }
      return arguments[0]
    case .rebuildTensor:
      return try tensor(arguments)
    case .rebuildParameter:
      guard case .tensor? = arguments.first else { throw misuse("torch._utils._rebuild_parameter") }
      return arguments[0]
    case .parameter:
      guard case .tensor? = arguments.first else { return object("torch.nn.parameter.Parameter", tuple) }
      return arguments[0]
    case .rebuildFromType:
      guard arguments.count >= 3, case .callable(let inner) = arguments[0], inner != .rebuildFromType else {
        throw misuse("torch._tensor._rebuild_from_type_v2")
      }
      return try call(arguments[0], arguments[2])
    case .storageType:
      throw misuse("a storage")
    case .other(let name):
      return object(name, tuple)
    }
  }

  private mutating func object(_ className: String, _ arguments: PickleValue) -> PickleValue {
    placedValues += 1
    pickle.objects.append(PickleObject(className: className, arguments: arguments))
    return .object(pickle.objects.count - 1)
  }

  /// Gives an object its attributes. Those of known classes are left aside: PyTorch sets `_metadata`, with modules'
  /// versions, on an `OrderedDict`.
  mutating func setAttributes(_ attributes: PickleValue, of value: PickleValue) throws(MalformedFile) {
    switch value {
    case .object(let index): pickle.objects[index].attributes = attributes
    case .dictionary, .tensor: break
    default: throw misuse("an object's state")
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
  private mutating func tensor(_ arguments: [PickleValue]) throws(MalformedFile) -> PickleValue {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
      let dimensions = pickle.integers(arguments[2]), let strides = pickle.integers(arguments[3])
    else { throw misuse("torch._utils._rebuild_tensor_v2") }
    placedValues += dimensions.count + strides.count
    pickle.tensors.append(PickleTensor(storage: storage, offset: offset, dimensions: dimensions, strides: strides))
    return .tensor(pickle.tensors.count - 1)
  }

  /// `("storage", type, key, location, count)`, followed in legacy files by `None` or `(view's key, offset, count)`.
  ///
  /// Legacy files refer to modules' classes in the same way, as `("module", class, file, source)`.
  mutating func persistent(_ identifier: PickleValue) throws(MalformedFile) -> PickleValue {
    if case .sequence(let index) = identifier, pickle.sequences[index].count == 4,
      case .string("module") = pickle.sequences[index][0]
    {
      return pickle.sequences[index][1]
    }
    if case .sequence(let index) = identifier, pickle.sequences[index].count >= 2,
      case .string("storage") = pickle.sequences[index][0],
      case .callable(.other(let name)) = pickle.sequences[index][1]
    {
      throw MalformedFile(
        "holds values of a type that is not read (\(name)): save them as float32, float16 or bfloat16")
    }
    guard case .sequence(let index) = identifier, (5...6).contains(pickle.sequences[index].count),
      case .string("storage") = pickle.sequences[index][0],
      case .callable(.storageType(let elementType)) = pickle.sequences[index][1],
      case .string(let key) = pickle.sequences[index][2], case .integer(let count) = pickle.sequences[index][4]
    else { throw misuse("a storage") }
    let whole = PickleStorage(key: key, elementType: elementType, count: count, offset: 0)
    guard pickle.storages[key, default: whole].elementType == elementType else { throw misuse("a storage") }
    pickle.storages[key] = whole
    guard pickle.sequences[index].count == 6, case .sequence(let view) = pickle.sequences[index][5] else {
      return .storage(whole)
    }
    guard pickle.sequences[view].count == 3, case .integer(let offset) = pickle.sequences[view][1],
      case .integer(let viewCount) = pickle.sequences[view][2]
    else { throw misuse("a storage's view") }
    return .storage(PickleStorage(key: key, elementType: elementType, count: viewCount, offset: offset))
  }

  private func misuse(_ what: String) -> MalformedFile {
    MalformedFile("the pickle is damaged: it misuses \(what)")
  }
}
