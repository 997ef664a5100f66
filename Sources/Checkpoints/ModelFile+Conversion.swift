import Foundation
import Layers
import Models

extension ModelFile {
  /// Writes the model in the format that the name's ending stands for: `.safetensors` with its description, `.pth` with the
  /// names that the network's files usually have, `.onnx`, or ncnn's pair `.param` and `.bin`.
  ///
  /// The values stay as they are, but for graphs of networks that learn in branches, which are written folded.
  ///
  /// Throws a `CheckpointError` if the ending stands for no format, there is such a file already, the format cannot hold the network, or values are not
  /// finite or out of the storage's range; a `FileError` if the file cannot be written.
  ///
  /// - Parameter storage: how weights are stored; biases and norms' values, being few, are always float32.
  /// - Returns: the files, of which ncnn has two.
  @discardableResult
  public func convert(to url: URL, storage: NamedTensor.Storage = .float32) throws -> [URL] {
    guard let format = ModelFormat(pathExtension: url.pathExtension) else {
      let known = ModelFormat.allCases.map { ".\($0.extensions[0])" }
      throw CheckpointError(
        url, "is to be written in a format that its ending does not tell: expected \(SettingText.alternatives(known))")
    }
    let files = format == .ncnn ? NcnnFile.pair(of: url) : [url]
    if let existing = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) {
      throw CheckpointError(existing, "exists already: name another file, or delete it")
    }
    var description = description
    description.version = GuiseVersion.current
    let network = try network()
    switch format {
    case .safetensors:
      try Safetensors.write(Self.tensors(of: network, storage), metadata: description.metadata(), to: url)
    case .pyTorch:
      let derived = network.derivedTensors.map { tensor in
        tensor.isIndex
          ? NamedTensor(tensor.key, index: tensor.values) : NamedTensor(tensor.key, tensor.values, storage: storage)
      }
      try PyTorchFile.write(Self.tensors(of: network, storage) + derived, to: url)
    case .onnx, .ncnn:
      let folded: any Network = (network as? any UpscalingNetwork)?.folded() ?? network
      description.network = NetworkDescription(of: folded)
      let graph: DescribedGraph
      switch DescribedGraph.of(description.network) {
      case .graph(let described): graph = described
      case .none(let reason):
        throw CheckpointError(url, "cannot be written (\(description.network.summary)): \(reason)")
      }
      let tensors = Self.tensors(of: folded, storage)
      if format == .ncnn {
        try NcnnFile.write(graph, tensors, to: url)
      } else {
        try ONNXFile.write(graph, tensors, description: description, to: url)
      }
    }
    return files
  }

  private static func tensors(of network: any Network, _ storage: NamedTensor.Storage) -> [NamedTensor] {
    NamedTensor.all(of: network, keys: NetworkDescription(of: network).tensorKeys, storage: storage)
  }
}
