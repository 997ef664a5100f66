/// The named tensors of a PyTorch pickle, without the dictionaries that training scripts wrap around them.
///
/// Tensors may also be those of whole modules, whose attributes are read as data.
struct StateDictionary {
  /// The names under which training scripts store weights beside optimisers and counters; the first one present is
  /// taken. Averages of the weights over training come before the weights themselves.
  private static let wrappers = [
    "model_state_dict_ema", "state_dict_ema", "ema_state_dict", "params_ema", "model_ema", "net_ema", "ema_model",
    "g_ema", "G_ema", "generator_ema", "netG_ema", "net_g_ema", "ema", "shadow",
    "model_state_dict", "state_dict", "params", "model", "net", "network", "weights", "generator",
    "generator_state_dict", "netG", "net_g",
  ]
  /// The limit on nesting: deeper than scripts and modules nest, but shallow enough for the call stack.
  private static let deepest = 64

  private let pickle: Pickle
  private(set) var source = TensorSource()
  private var named: [(name: String, tensor: PickleTensor)] = []
  /// The number of values visited so far, which is limited because a pickle may refer to one container many times.
  private var visits = 0

  init(_ pickle: Pickle) throws(MalformedFile) {
    self.pickle = pickle
    var root = pickle.root
    for _ in 0..<Self.deepest {
      let inside = Self.wrappers.filter { Self.holdsWeights(pickle, root, $0) }
      guard let name = inside.first, let inner = pickle.value(in: root, under: name) else { break }
      source.wrappers.append(name)
      source.others += inside.dropFirst()
      root = inner
    }
    if case .object(let index) = root, pickle.module(index) != nil {
      let className = pickle.objects[index].className
      source.kind = className.hasPrefix("__torch__.") ? .torchScript : .module(className: className)
    }
    try collect(root, name: "", depth: 0)
    guard !named.isEmpty else {
      if let foreign = pickle.objects.first { throw PickleCallable.foreign(foreign.className) }
      throw MalformedFile("holds no tensors")
    }
  }

  /// Whether a wrapper holds weights by name, perhaps in other wrappers. Averages may be kept as lists without names, and be
  /// empty; what is called parameters may be settings.
  private static func holdsWeights(_ pickle: Pickle, _ value: PickleValue, _ name: String) -> Bool {
    guard let inside = pickle.value(in: value, under: name) else { return false }
    return holdsWeights(pickle, inside, depth: 0)
  }

  private static func holdsWeights(_ pickle: Pickle, _ value: PickleValue, depth: Int) -> Bool {
    switch value {
    case .tensor: depth > 0
    case .object(let index): pickle.module(index) != nil
    // More than a few levels or entries without a tensor are no weights.
    case .dictionary(let index) where depth < 4:
      pickle.dictionaries[index].prefix(16).contains { holdsWeights(pickle, $0.value, depth: depth + 1) }
    default: false
    }
  }

  /// Collects the tensors in a value. Names of nested tensors are joined by dots, like modules' names.
  private mutating func collect(_ value: PickleValue, name: String, depth: Int) throws(MalformedFile) {
    guard depth < Self.deepest, named.count < 100_000, name.utf8.count <= 1000 else { throw Self.excess }
    switch value {
    case .tensor(let index):
      named.append((name.isEmpty ? "tensor" : name, pickle.tensors[index]))
    case .dictionary(let index):
      try collect(entries: pickle.dictionaries[index], name: name, depth: depth)
    case .sequence(let index):
      try visit(pickle.sequences[index].count)
      for (position, value) in pickle.sequences[index].enumerated() where value.mayHoldTensors {
        try collect(value, name: Self.join(name, String(position)), depth: depth + 1)
      }
    case .object(let index):
      if let parts = pickle.module(index) {
        for part in parts { try collect(entries: part, name: name, depth: depth) }
      } else if case .dictionary(let entries)? = pickle.objects[index].entries {
        try collect(entries: pickle.dictionaries[entries], name: name, depth: depth)
      } else {
        try visit(1)
      }
    default: break
    }
  }

  private mutating func collect(
    entries: [(key: PickleValue, value: PickleValue)], name: String, depth: Int
  ) throws(MalformedFile) {
    try visit(entries.count)
    for (key, value) in entries where value.mayHoldTensors {
      switch key {
      case .string(let key): try collect(value, name: Self.join(name, key), depth: depth + 1)
      case .integer(let key): try collect(value, name: Self.join(name, String(key)), depth: depth + 1)
      default: continue
      }
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
    case .tensor, .dictionary, .sequence, .object: true
    default: false
    }
  }
}
