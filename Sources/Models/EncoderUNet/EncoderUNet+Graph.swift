import Layers

extension EncoderUNet: ExportedNetwork {
  public static func configuration(of outline: GraphOutline) -> Configuration? {
    let shapes = outline.convolutions
    guard outline.operations.contains(.globalMean), outline.operations.contains(.hyperbolicTangent), !shapes.isEmpty
    else { return nil }
    var configuration = Configuration()
    (configuration.inputChannels, configuration.outputChannels) = (shapes[0][1], shapes[shapes.count - 1][0])
    return configuration
  }

  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let features = EfficientNetLite0Encoder.outputs(at: "base.encoder", graph.input, in: &graph)
    var x = EncoderDecoder.output(at: "base", features, in: &graph)
    x = EncoderDecoder.block(at: "half", EncoderDecoder.enlarged(x, beside: features[0], in: &graph), in: &graph)
    x = EncoderDecoder.block(at: "whole", EncoderDecoder.enlarged(x, beside: graph.input, in: &graph), in: &graph)
    return graph.apply(.hyperbolicTangent, graph.convolution(at: "head", x, padding: 1))
  }
}

extension EncoderDecoder {
  /// Adds the decoder to a graph.
  ///
  /// - Parameter features: the outputs of the encoder's blocks.
  static func output(
    at path: String, _ features: [NetworkGraph.Value], in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let last = features[features.count - 1]
    let scene = graph.convolution(at: "\(path).scene", graph.apply(.globalMean, last))
    // A single pixel is added to all: the larger comes first.
    var x = graph.rectified(graph.apply(.sum, graph.convolution(at: "\(path).bottom", last), scene))
    for (name, blocks, skip) in [("sixteenth", 2, features[10]), ("eighth", 2, features[4])] {
      x = enlarged(x, beside: skip, in: &graph)
      for index in 0..<blocks { x = block(at: "\(path).\(name).\(index)", x, in: &graph) }
    }
    return block(at: "\(path).quarter", enlarged(x, beside: features[2], in: &graph), in: &graph)
  }

  static func enlarged(
    _ x: NetworkGraph.Value, beside skip: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    graph.apply(.concatenation, graph.apply(.bilinear(factor: 2), x), skip)
  }

  static func block(at path: String, _ x: NetworkGraph.Value, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let shape = graph.weight(at: "\(path).convolution")
    let convolved = graph.convolution(at: "\(path).convolution", x, padding: shape[2] / 2)
    return graph.rectified(graph.norm(at: "\(path).norm", .batch, channels: shape[0], convolved))
  }
}
