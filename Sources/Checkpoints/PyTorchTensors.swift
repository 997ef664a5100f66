import Layers
import Models
import Tensors

extension NamedTensor {
  /// A network's values in PyTorch's names and layout, in the order of the keys.
  ///
  /// - Parameters:
  ///   - average: values to take in place of the parameters' own, in their order, such as `WeightAverage.values`.
  ///   - storage: of the weights; biases and norms' values, few as they are, stay float32.
  public static func inPyTorchForm(
    _ network: some Layer, keys: [TensorKey], average: [NDArray]? = nil, storage: Storage = .float32
  ) -> [NamedTensor] {
    let parameters = network.namedParameters
    let values = average ?? parameters.map(\.parameter.value)
    precondition(values.count == parameters.count, "\(values.count) values for \(parameters.count) parameters")
    var named = Dictionary(uniqueKeysWithValues: zip(parameters.map(\.name), values))
    for (name, statistic) in network.namedStatistics { named[name] = statistic.value }
    return keys.map { key in
      guard let value = named[key.path] else { preconditionFailure("the network has no \(key.path)") }
      guard key.layout != .vector else { return NamedTensor(key.key, value) }
      return NamedTensor(key.key, Tensor(value).transposed(key.layout.axesToPyTorch).value, storage: storage)
    }
  }
}
