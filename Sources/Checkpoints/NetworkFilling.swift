import Layers
import Models
import Tensors

extension TensorFile {
  /// Fills a network with the values of this file's tensors, whose shapes must already be known to match the keys'.
  /// Throws if values are not finite, or variances are negative.
  ///
  /// - Parameter tensors: the file's tensors, by the keys' names.
  func filling<Filled: Layer>(
    _ network: Filled, keys: [TensorKey], from tensors: NetworkTensors
  ) throws(CheckpointError) -> Filled {
    if let problem = keys.mismatch(with: network) {
      throw CheckpointError(url, "cannot be read into its network: \(problem)")
    }
    let parameters = Dictionary(uniqueKeysWithValues: network.namedParameters.map { ($0.name, $0.parameter) })
    let statistics = Dictionary(uniqueKeysWithValues: network.namedStatistics.map { ($0.name, $0.statistic) })
    for key in keys {
      guard let tensor = tensors[key.key] else { throw CheckpointError(url, "lacks the tensor \(key.key)") }
      let value = try array(of: tensor, for: key)
      parameters[key.path]?.value = value
      statistics[key.path]?.value = value
    }
    return network
  }

  private func array(of tensor: NetworkTensor, for key: TensorKey) throws(CheckpointError) -> NDArray {
    let array = tensor.array(in: self, layout: key.layout)
    let tensor = tensor.stored
    guard array.withHostMemory({ $0.allSatisfy(\.isFinite) }) else {
      throw CheckpointError(
        url, "tensor \(tensor.name) holds values that are not numbers: its training failed, use an earlier one")
    }
    guard !key.path.hasSuffix("runningVariance") || array.withHostMemory({ $0.allSatisfy { $0 >= 0 } }) else {
      throw CheckpointError(url, "tensor \(tensor.name) holds variances below 0: the file is damaged")
    }
    return key.layout.axesFromFile.map { Tensor(array).transposed($0).value } ?? array
  }

  /// The tensors by name, without the prefixes that data-parallel training, `torch.compile` and wrapper modules add to
  /// every name.
  func tensorsWithoutPrefixes() -> NetworkTensors { NetworkTensors(tensors).withoutUsualPrefixes }
}
