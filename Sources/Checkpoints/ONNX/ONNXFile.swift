import Foundation
import SwiftProtobuf

/// A model in ONNX's format, of which the weights are read: its initialisers, by their names. The graph is not run, and only tells
/// names that were lost.
enum ONNXFile {
  struct Parsed {
    let metadata: [String: String]
    let tensors: [StoredTensor]
    /// The values of all tensors.
    let contents: Data
  }

  /// A model begins with the format's version, as its first field, then has its producer, or the graph.
  static func recognises(_ file: Data) -> Bool {
    let second: Set<UInt8> = [0x12, 0x1a, 0x22, 0x2a, 0x32, 0x3a, 0x42]
    return file.count > 8 && file[0] == 0x08 && (1..<64).contains(file[1]) && second.contains(file[2])
  }

  static func parse(_ file: Data) throws(MalformedFile) -> Parsed {
    try ONNXCensus.check(file)
    let model: ONNXModelProto
    do {
      var options = BinaryDecodingOptions()
      options.discardUnknownFields = true
      model = try ONNXModelProto(serializedBytes: file, options: options)
    } catch {
      throw MalformedFile("is a damaged or truncated ONNX file")
    }
    var contents = Data()
    var tensors: [StoredTensor] = []
    let metadata = Dictionary(model.metadataProps.map { ($0.key, $0.value) }) { first, _ in first }
    let isOwn = ModelDescription.isPresent(in: metadata)
    for tensor in model.graph.initializer where isWeight(tensor, isOwn: isOwn) {
      guard tensor.dataLocation == .default, tensor.externalData.isEmpty else {
        throw MalformedFile(
          "keeps its weights in a file beside it, which is not read: save it again as one file (onnx.save does so "
            + "unless it is told otherwise)")
      }
      tensors.append(try stored(tensor, in: &contents))
    }
    guard !tensors.isEmpty else {
      throw MalformedFile("is an ONNX file without weights: its graph has no tensors of floating-point numbers by name")
    }
    if !isOwn {
      for tensor in lostTensors(in: model.graph) { tensors.append(try stored(tensor, in: &contents)) }
    }
    return Parsed(metadata: metadata, tensors: tensors, contents: contents)
  }

  /// Whether a tensor is a network's own. Constants of this program have a colon in their names; those of other exporters
  /// are called by numbers or single words, where PyTorch calls weights by modules, with dots between them.
  private static func isWeight(_ tensor: ONNXTensorProto, isOwn: Bool) -> Bool {
    elementType(of: tensor) != nil && !tensor.name.isEmpty && !tensor.name.contains { "/:".contains($0) }
      && (isOwn || tensor.name.contains(".") && !tensor.dims.isEmpty)
  }

  private static func elementType(of tensor: ONNXTensorProto) -> ElementType? {
    switch tensor.dataType {
    case .float: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .double: .float64
    default: nil
    }
  }

  private static func stored(_ tensor: ONNXTensorProto, in contents: inout Data) throws(MalformedFile) -> StoredTensor {
    let start = contents.count
    let type = elementType(of: tensor) ?? .float32
    if !tensor.rawData.isEmpty {
      contents += tensor.rawData
    } else {
      // The values are in a field for their type; those of 16 bits are in the lower half of integers.
      switch type {
      case .float32: contents += tensor.floatData.flatMap(\.bitPattern.littleEndianBytes)
      case .float64: contents += tensor.doubleData.flatMap(\.bitPattern.littleEndianBytes)
      default: contents += tensor.int32Data.flatMap { UInt16(truncatingIfNeeded: $0).littleEndianBytes }
      }
    }
    var dimensions: [Int] = []
    for size in tensor.dims { dimensions.append(Int(size)) }
    return try StoredTensor(
      name: tensor.name, dimensions: dimensions, elementType: type, bytes: start..<contents.count)
  }
}
