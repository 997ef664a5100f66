/// The named tensors of a PyTorch pickle, without the dictionaries that training scripts wrap around them.
struct StateDictionary {
  /// The names under which training scripts store weights beside optimisers and counters; the first one present is
  /// taken.
  private static let wrappers = [
    "model_state_dict", "state_dict", "params_ema", "params", "model", "net", "generator", "generator_state_dict",
    "netG", "net_g", "g_ema",
  ]
  /// The limit on nesting: deeper than scripts nest, but shallow enough for the call stack.
  private static let deepest = 32

  private let pickle: Pickle
  private var named: [(name: String, tensor: PickleTensor)] = []
  /// The number of values visited so far, which is limited because a pickle may refer to one container many times.
  private var visits = 0

  init(_ pickle: Pickle) throws(MalformedFile) {
    self.pickle = pickle
    var root = pickle.root
    for _ in 0..<Self.deepest {
      guard let inner = Self.wrappers.lazy.compactMap({ Self.dictionary(pickle, root, $0) }).first else { break }
      root = inner
    }
    try collect(root, name: "", depth: 0)
    guard !named.isEmpty else { throw MalformedFile("holds no tensors") }
  }

  private static func dictionary(_ pickle: Pickle, _ value: PickleValue, _ name: String) -> PickleValue? {
    guard let inner = pickle.value(in: value, under: name), case .dictionary = inner else { return nil }
    return inner
  }

  /// Collects the tensors in a value. Names of nested tensors are joined by dots, like modules' names.
  private mutating func collect(_ value: PickleValue, name: String, depth: Int) throws(MalformedFile) {
    guard depth < Self.deepest, named.count < 100_000, name.utf8.count <= 1000 else { throw Self.excess }
    switch value {
    case .tensor(let index):
      named.append((name.isEmpty ? "tensor" : name, pickle.tensors[index]))
    case .dictionary(let index):
      try visit(pickle.dictionaries[index].count)
      for (key, value) in pickle.dictionaries[index] where value.mayHoldTensors {
        switch key {
        case .string(let key): try collect(value, name: Self.join(name, key), depth: depth + 1)
        case .integer(let key): try collect(value, name: Self.join(name, String(key)), depth: depth + 1)
        default: continue
        }
      }
    case .sequence(let index):
      try visit(pickle.sequences[index].count)
      for (position, value) in pickle.sequences[index].enumerated() where value.mayHoldTensors {
        try collect(value, name: Self.join(name, String(position)), depth: depth + 1)
      }
    default: break
    }
  }

  private mutating func visit(_ count: Int) throws(MalformedFile) {
    visits += 1 + count
    guard visits <= 4_000_000 else { throw Self.excess }
  }

  private static var excess: MalformedFile {
    MalformedFile("nests or repeats its values beyond what a file of weights does")
  }

  private static func join(_ outer: String, _ inner: String) -> String {
    outer.isEmpty ? inner : "\(outer).\(inner)"
  }

  /// The tensors as views of the file. Throws if one is not within its storage, whose bytes `bytes` finds in the file.
  func tensors(
    _ bytes: (PickleStorage) throws(MalformedFile) -> Range<Int>
  ) throws(MalformedFile) -> [StoredTensor] {
    var tensors: [StoredTensor] = []
    for (name, tensor) in named {
      let storage = tensor.storage
      let range = try bytes(storage)
      let size = storage.elementType.size
      guard storage.count >= 0, storage.offset >= 0, storage.offset <= range.count / size,
        storage.count <= range.count / size - storage.offset
      else {
        throw MalformedFile(
          "is truncated or damaged: the storage of \(name) should hold \(storage.count) values, and has "
            + "\(range.count) bytes"
        )
      }
      let start = range.lowerBound + storage.offset * size
      tensors.append(
        try StoredTensor(
          name: name, dimensions: tensor.dimensions, strides: tensor.strides, offset: tensor.offset,
          elementType: storage.elementType, storage: start..<(start + storage.count * size)))
    }
    return tensors
  }
}

extension PickleValue {
  fileprivate var mayHoldTensors: Bool {
    switch self {
    case .tensor, .dictionary, .sequence: true
    default: false
    }
  }
}
