import Layers
import Models
import Tensors
import Testing

extension Layer {
  /// Loads the tensors of the same network in PyTorch, and requires that none is missing or left over.
  public func load(pyTorch state: [String: NDArray], keys: [TensorKey]) throws {
    let values = try values(fromPyTorch: state, keys: keys)
    for (name, parameter) in namedParameters {
      parameter.value = try #require(values[name], "no PyTorch tensor for \(name)")
    }
    for (name, statistic) in namedStatistics {
      statistic.value = try #require(values[name], "no PyTorch tensor for \(name)")
    }
    try #require(values.count == namedParameters.count + namedStatistics.count)
  }

  /// PyTorch's tensors with this network's names and layouts.
  public func values(fromPyTorch state: [String: NDArray], keys: [TensorKey]) throws -> [String: NDArray] {
    try #require(Set(state.keys) == Set(keys.map(\.key)))
    return Dictionary(
      uniqueKeysWithValues: keys.compactMap { key in
        state[key.key].map { value in
          (key.path, key.layout.axesFromFile.map { Tensor(value).transposed($0).value } ?? value)
        }
      })
  }
}
