import Foundation
import Models
import Tensors

/// The layers of a network as ncnn has them. Its input is the blob `data`, its output `output`, as in programs that run such
/// files.
struct NcnnWriter {
  private(set) var weights: [[UInt8]] = []
  private var lines: [String] = []
  private var blobCount = 0
  private let url: URL
  private let network: NetworkDescription
  private let tensors: [String: NamedTensor]
  /// For each value, the blobs that its readers have not taken yet: each blob has one reader.
  private var copies: [NetworkGraph.Value: [String]] = [:]

  /// - Parameter url: for messages.
  init(_ described: DescribedGraph, _ tensors: [NamedTensor], for url: URL) throws {
    self.url = url
    network = described.network
    self.tensors = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    // Whatever else a network has that ncnn has not, attention is why it cannot be written.
    if let attention = described.graph.nodes.first(where: { $0.operation.isAttention }) {
      throw refusal(of: attention.operation)
    }
    var readers = [described.output: 1]
    for input in described.graph.nodes.flatMap(\.inputs) { readers[input, default: 0] += 1 }
    for (value, node) in zip(described.graph.values, described.graph.nodes) {
      let count = readers[value, default: 0]
      let isOutput = value == described.output
      let name = node.operation == .input ? "data" : isOutput && count == 1 ? "output" : "\(value.index)"
      try add(node, as: name)
      copies[value] = [name]
      if count > 1 {
        let names = (0..<count).map { isOutput && $0 == 0 ? "output" : "\(name)_\($0)" }
        layer("Split", [name], names)
        copies[value] = names.reversed()
      }
    }
  }

  /// The graph's text.
  var text: String { (["7767517", "\(lines.count) \(blobCount)"] + lines).joined(separator: "\n") + "\n" }

  mutating func take(_ value: NetworkGraph.Value) -> String { copies[value]?.popLast() ?? "" }

  mutating func layer(_ type: String, _ inputs: [String], _ outputs: [String], _ parameters: [String] = []) {
    let words = [type, "\(type.lowercased())_\(lines.count)", "\(inputs.count)", "\(outputs.count)"]
    lines.append((words + inputs + outputs + parameters).joined(separator: " "))
    blobCount += outputs.count
  }

  /// A tensor of the network. Throws if it is missing.
  func tensor(_ name: String) throws -> NamedTensor {
    guard let tensor = tensors[name] else { throw CheckpointError(url, "lacks the tensor \(name)") }
    return tensor
  }

  /// Appends an array with a mark that says how it is stored.
  mutating func appendMarked(_ tensor: NamedTensor) throws {
    let mark: UInt32 = tensor.elementType == .float16 ? NcnnWeights.halfPrecision : 0
    weights.append(mark.littleEndianBytes)
    let bytes = try tensor.bytes(for: url)
    // The next array begins at a multiple of 4.
    weights.append(bytes + Array(repeating: 0, count: bytes.count % 4))
  }

  /// Appends an array as it is, in float32.
  mutating func append(_ tensor: NamedTensor) throws {
    weights.append(try NamedTensor(tensor.name, tensor.array).bytes(for: url))
  }

  func refusal(of operation: GraphOperation) -> CheckpointError {
    CheckpointError(
      url,
      "cannot be written (\(network.summary)): \(operation) cannot be written for ncnn; "
        + "write an ONNX file instead")
  }
}
