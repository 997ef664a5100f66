import Layers
import Models
import Tensors

extension NamedTensor {
  /// A network's parameters and statistics with the names and layouts of `keys`, in their order.
  ///
  /// - Parameters:
  ///   - keys: the keys of tensors that the network has.
  ///   - average: values to take instead of the parameters' own, in the same order, such as `WeightAverage.values`.
  ///   - storage: how weights are stored; biases and norms' values, being few, are always float32.
  package static func all(
    of network: some Layer, keys: [TensorKey], average: [NDArray]? = nil, storage: Storage = .float32
  ) -> [NamedTensor] {
    let parameters = network.namedParameters
    let values = average ?? parameters.map(\.parameter.value)
    precondition(values.count == parameters.count, "\(values.count) values for \(parameters.count) parameters")
    var named = Dictionary(uniqueKeysWithValues: zip(parameters.map(\.name), values))
    for (name, statistic) in network.namedStatistics { named[name] = statistic.value }
    return keys.map { key in
      guard let value = named[key.path] else { preconditionFailure("the network has no \(key.path)") }
      guard value.shape.rank > 1 else { return NamedTensor(key.key, value) }
      return NamedTensor(
        key.key, key.layout.axesToFile.map { Tensor(value).transposed($0).value } ?? value, storage: storage)
    }
  }
}

extension [TensorKey] {
  /// Why these keys do not match a network's tensors one to one, as a message; nil if they do.
  func mismatch(with network: some Layer) -> String? {
    let paths = Set(map(\.path))
    let owned =
      network.namedParameters.map { ($0.name, $0.parameter.shape) }
      + network.namedStatistics.map { ($0.name, $0.statistic.shape) }
    if let (path, _) = owned.first(where: { !paths.contains($0.0) }) {
      return "the network's \(path) has no name in files"
    }
    let shapes = Dictionary(owned) { first, _ in first }
    for key in self {
      guard let shape = shapes[key.path] else {
        return "the network has no \(key.path), which its file calls \(key.key)"
      }
      let inFile = key.layout.axesToFile.map { axes in Shape(axes.map { $0 < shape.rank ? shape[$0] : 0 }) } ?? shape
      if inFile != key.shape { return "\(key.key) is \(inFile), but its key says \(key.shape)" }
    }
    return nil
  }
}
