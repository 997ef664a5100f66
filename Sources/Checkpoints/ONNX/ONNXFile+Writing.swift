import Files
import Foundation
import Models

extension ONNXFile {
  /// Every operator has been in the format since: the one for layer norm is the newest.
  private static let operatorSet: Int64 = 17
  private static let formatVersion: Int64 = 8
  /// What messages of this kind can hold.
  private static let largestSize = 1 << 31 - 1

  /// Writes a network atomically.
  ///
  /// Throws a `CheckpointError` if a value is out of its storage's range or the file would be larger than 2 GB; a `FileError`
  /// if the file cannot be written.
  ///
  /// - Parameter tensors: all that the network has, by the names in its files.
  static func write(
    _ described: DescribedGraph, _ tensors: [NamedTensor], description: ModelDescription, to url: URL
  ) throws {
    guard tensors.reduce(0, { $0 + $1.byteCount }) < largestSize else {
      throw CheckpointError(url, "would take more than the 2 GB that such a file can: write a safetensors file instead")
    }
    var model = ONNXModelProto()
    model.irVersion = formatVersion
    model.producerName = "guise"
    model.producerVersion = GuiseVersion.current
    model.graph = try ONNXGraph(described, tensors, for: url).message
    var operators = ONNXOperatorSetIdProto()
    operators.version = operatorSet
    model.opsetImport = [operators]
    let metadata = try description.metadata().merging(conventions(of: described.network)) { first, _ in first }
    model.metadataProps = metadata.sorted { $0.key < $1.key }.map { key, value in
      var entry = ONNXStringStringEntryProto()
      (entry.key, entry.value) = (key, value)
      return entry
    }
    try AtomicFile.write(Data(model.serializedBytes() as [UInt8]), to: url)
  }

  /// What whoever runs the graph must know of its images.
  private static func conventions(of network: NetworkDescription) -> [String: String] {
    let range = network.valueRange == .signed ? "-1 to 1" : "0 to 1"
    let sizes = network.sizes
    return [
      "input.colors": colors(network.inputChannels ?? 0, isInput: true, network),
      "output.colors": colors(network.outputChannels ?? 0, isInput: false, network),
      "input.range": range, "output.range": range,
      "scale": String(network.scale ?? 1),
      "sizeMultiple": String(sizes.multiple), "smallestSize": String(sizes.smallest),
    ]
  }

  private static func colors(_ channels: Int, isInput: Bool, _ network: NetworkDescription) -> String {
    if (network.inputChannels, network.outputChannels) == (1, 2) {
      return isInput ? "L of CIE Lab, over 50, less 1" : "a and b of CIE Lab, over 110"
    }
    return [1: "gray", 3: "RGB", 4: "RGBA"][channels] ?? "\(channels) channels"
  }
}
