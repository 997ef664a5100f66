import Models
import Tensors

/// Tensors of a network, or of several, by the names that they have below a common prefix, in the file's order.
struct NetworkTensors {
  private(set) var names: [String]
  private let tensors: [String: NetworkTensor]

  /// All tensors of a file.
  init(all stored: [StoredTensor]) { self.init(stored.map { ($0.name, .stored($0)) }) }

  /// All tensors of a file but what profilers and averages leave beside weights.
  init(_ stored: [StoredTensor]) { self.init(all: stored.filter { !Self.isLeftover($0) }) }

  private init(_ named: [(name: String, tensor: NetworkTensor)]) {
    names = named.map(\.name)
    tensors = Dictionary(named.map { ($0.name, $0.tensor) }) { first, _ in first }
  }

  subscript(_ name: String) -> NetworkTensor? { tensors[name] }

  var shapes: TensorShapes { TensorShapes(tensors.mapValues(\.shape), order: names) }

  /// Counters: of operations and parameters, which a profiler adds to every module, and of an average's steps.
  private static func isLeftover(_ tensor: StoredTensor) -> Bool {
    let last = tensor.name.split(separator: ".").last.map { String($0) }
    return tensor.shape.count <= 1
      && ["total_ops", "total_params", "n_averaged", "initted", "step", "num_updates", "decay"].contains(last)
  }

  /// Those whose names begin with a prefix, without it.
  func below(_ prefix: String) -> NetworkTensors {
    guard !prefix.isEmpty else { return self }
    return NetworkTensors(
      names.compactMap { name in
        guard name.hasPrefix(prefix), let tensor = tensors[name] else { return nil }
        return (String(name.dropFirst(prefix.count)), tensor)
      })
  }

  func limited(to kept: Set<String>) -> NetworkTensors {
    NetworkTensors(names.compactMap { name in tensors[name].flatMap { kept.contains(name) ? (name, $0) : nil } })
  }

  /// Without the prefixes that data-parallel training, `torch.compile` and wrapper modules add to every name.
  var withoutUsualPrefixes: NetworkTensors {
    var prefix = ""
    while let longer = ["module.", "_orig_mod.", "netG.", "generator."].lazy.map({ prefix + $0 }).first(where: {
      candidate in !names.isEmpty && names.allSatisfy { $0.hasPrefix(candidate) }
    }) {
      prefix = longer
    }
    return below(prefix)
  }

  /// With the weights that spectral or weight norm computes in place of the parts that they are computed from; nil if there
  /// are none.
  var folded: NetworkTensors? {
    var found = false
    let folded = names.compactMap { name -> (String, NetworkTensor)? in
      guard let tensor = tensors[name] else { return nil }
      if let part = Self.part(of: name) {
        found = true
        // The first part's place is the weight's.
        return weight(of: part.module, named: part.weight, first: name).map { ("\(part.module)\(part.weight)", $0) }
      }
      return (name, tensor)
    }
    return found ? NetworkTensors(folded) : nil
  }

  /// The module, with a dot after it, and the weight that a tensor is a part of; nil for a tensor of its own.
  private static func part(of name: String) -> (module: String, weight: String)? {
    if let range = name.range(of: "parametrizations.", options: .backwards) {
      guard let weight = name[range.upperBound...].split(separator: ".").first else { return nil }
      return (String(name[..<range.lowerBound]), String(weight))
    }
    let ending = ["weight_orig", "weight_u", "weight_v", "weight_g"].first {
      name == $0 || name.hasSuffix(".\($0)")
    }
    return ending.map { (String(name.dropLast($0.count)), "weight") }
  }

  /// The weight of a module; nil unless `first` is the name of its main part, or if the parts do not fit each other.
  private func weight(of module: String, named weight: String, first: String) -> NetworkTensor? {
    func stored(_ name: String) -> StoredTensor? {
      if case .stored(let tensor)? = tensors["\(module)\(name)"] { tensor } else { nil }
    }
    let new = "parametrizations.\(weight)"
    if let values = stored("weight_orig") ?? stored("\(new).original") {
      guard values.name.hasSuffix(first), let u = stored("weight_u") ?? stored("\(new).0._u"),
        let v = stored("weight_v") ?? stored("\(new).0._v"), u.shape.count > 0,
        u.shape.count * v.shape.count == values.shape.count, u.shape.rank == 1, v.shape.rank == 1,
        values.shape.dimensions.prefix(2).contains(u.shape.count)
      else { return nil }
      return .spectral(weight: values, u: u, v: v)
    }
    guard let lengths = stored("weight_g") ?? stored("\(new).original0"),
      let directions = stored("weight_v") ?? stored("\(new).original1"), directions.name.hasSuffix(first),
      lengths.shape.count == 1 || lengths.shape.count == directions.shape.dimensions.first, directions.shape.count > 0
    else { return nil }
    return .directed(directions: directions, lengths: lengths)
  }
}
