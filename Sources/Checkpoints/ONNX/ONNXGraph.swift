import Foundation
import Models
import Tensors

/// A network's graph in ONNX's operators: images `[N, C, H, W]` of any number and size.
struct ONNXGraph {
  private(set) var message = ONNXGraphProto()
  private var constants: [String: String] = [:]
  /// The names of the network's tensors, as nodes take them in float32.
  private var weights: [String: String] = [:]
  /// The names of nodes' outputs; nodes are without names.
  private var outputs: [ONNXNodeProto: String] = [:]

  /// Throws if a tensor's value is out of its storage's range.
  ///
  /// - Parameters:
  ///   - tensors: all that the network has.
  ///   - url: for messages.
  init(_ described: DescribedGraph, _ tensors: [NamedTensor], for url: URL) throws {
    message.name = described.network.name
    for tensor in tensors { try add(tensor, for: url) }
    var names: [String] = []
    for node in described.graph.nodes {
      names.append(output(of: node.operation, node.inputs.map { names[$0.index] }, key: node.key ?? ""))
    }
    node("Identity", [names[described.output.index]], output: "output")
    let keepsSize = described.network.scale ?? 1 == 1
    message.input = [Self.images("input", channels: described.network.inputChannels, ["N", "H", "W"])]
    message.output = [
      Self.images(
        "output", channels: described.network.outputChannels, keepsSize ? ["N", "H", "W"] : ["N", "H_out", "W_out"])
    ]
  }

  private static func images(_ name: String, channels: Int?, _ sizes: [String]) -> ONNXValueInfoProto {
    var dimensions = sizes.map { size in
      var dimension = ONNXTensorShapeProto.Dimension()
      dimension.dimParam = size
      return dimension
    }
    var channel = ONNXTensorShapeProto.Dimension()
    channel.dimValue = Int64(channels ?? 0)
    dimensions.insert(channel, at: 1)
    var info = ONNXValueInfoProto()
    info.name = name
    info.type.tensorType.elemType = .float
    info.type.tensorType.shape.dim = dimensions
    return info
  }

  // MARK: Tensors

  private mutating func add(_ tensor: NamedTensor, for url: URL) throws {
    let type: ONNXTensorProto.DataType = tensor.elementType == .float32 ? .float : .float16
    append(tensor.name, tensor.array.shape.dimensions, type, try tensor.bytes(for: url))
    weights[tensor.name] = tensor.name
    guard tensor.elementType == .float16 else { return }
    weights[tensor.name] = node("Cast", [tensor.name], [.integer("to", ONNXTensorProto.DataType.float.rawValue)])
  }

  private mutating func append(
    _ name: String, _ dimensions: [Int], _ type: ONNXTensorProto.DataType, _ bytes: [UInt8]
  ) {
    var tensor = ONNXTensorProto()
    tensor.name = name
    tensor.dims = dimensions.map { Int64($0) }
    tensor.dataType = type
    tensor.rawData = Data(bytes)
    message.initializer.append(tensor)
  }

  /// A tensor of the network.
  func weight(_ name: String) -> String { weights[name] ?? name }

  /// One of the network's, a value for each channel, in a shape that fits images.
  mutating func channelWeight(_ name: String) -> String {
    node("Reshape", [weight(name), integers([1, -1, 1, 1])])
  }

  /// A tensor of numbers that are no weights. Its name has a colon, which those of weights have not.
  mutating func constant(_ values: [Float], _ dimensions: [Int]) -> String {
    constant("\(values) \(dimensions)") {
      ($0.append($1, dimensions, .float, values.flatMap(\.bitPattern.littleEndianBytes)))
    }
  }

  mutating func constant(_ value: Float) -> String { constant([value], []) }

  /// - Parameter dimensions: by default, a row.
  mutating func integers(_ values: [Int], _ dimensions: [Int]? = nil) -> String {
    let dimensions = dimensions ?? [values.count]
    return constant("integers \(values) \(dimensions)") {
      $0.append($1, dimensions, .int64, values.flatMap { Int64($0).littleEndianBytes })
    }
  }

  private mutating func constant(_ description: String, _ add: (inout ONNXGraph, String) -> Void) -> String {
    if let name = constants[description] { return name }
    let name = "constant:\(constants.count)"
    add(&self, name)
    constants[description] = name
    return name
  }

  // MARK: Nodes

  /// Adds a node, unless there is an equal one, and returns the name of its output.
  @discardableResult
  mutating func node(
    _ type: String, _ inputs: [String], _ attributes: [ONNXAttributeProto] = [], output: String? = nil
  ) -> String {
    var node = ONNXNodeProto()
    node.opType = type
    node.input = inputs
    node.attribute = attributes
    if output == nil, let name = outputs[node] { return name }
    let name = output ?? "value:\(outputs.count)"
    outputs[node] = name
    node.name = "\(type):\(outputs.count)"
    node.output = [name]
    message.node.append(node)
    return name
  }
}

extension ONNXAttributeProto {
  private init(_ name: String, _ type: AttributeType) {
    self.init()
    self.name = name
    self.type = type
  }

  static func integer(_ name: String, _ value: Int) -> Self {
    var attribute = Self(name, .int)
    attribute.i = Int64(value)
    return attribute
  }

  static func integers(_ name: String, _ values: [Int]) -> Self {
    var attribute = Self(name, .ints)
    attribute.ints = values.map { Int64($0) }
    return attribute
  }

  static func number(_ name: String, _ value: Float) -> Self {
    var attribute = Self(name, .float)
    attribute.f = value
    return attribute
  }

  static func text(_ name: String, _ value: String) -> Self {
    var attribute = Self(name, .string)
    attribute.s = Data(value.utf8)
    return attribute
  }
}
