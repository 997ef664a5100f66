import Layers

extension SRResNet: ExportedNetwork {
  /// That of a published variant.
  public static func configuration(of outline: GraphOutline) -> Configuration? {
    let (shapes, shuffles) = (outline.convolutions, outline.shuffles)
    let (blocks, others) = (shapes.count - 3 - shuffles.count).quotientAndRemainder(dividingBy: 2)
    guard blocks > 0, others == 0, !shuffles.isEmpty, shuffles.count <= RecognitionLimits.upsamplings,
      outline.hasParametricRectifiers, !outline.norms.isEmpty
    else { return nil }
    var configuration = Configuration()
    configuration.variant = outline.operations.contains(.hyperbolicTangent) ? .bounded : .linear
    (configuration.inputChannels, configuration.width, configuration.blocks) = (shapes[0][1], shapes[0][0], blocks)
    configuration.outputChannels = shapes[shapes.count - 1][0]
    configuration.scale = shuffles.reduce(1) { $0 * min($1, 8) }
    return configuration
  }

  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let parts = configuration.parts
    let edge = parts.edgeKernel / 2
    var x = parts.input.encoded(graph.input, in: &graph)
    x = parts.rectified(graph.convolution(at: "first", x, padding: edge), at: "firstRectifier", in: &graph)
    let shallow = x
    for block in 0..<configuration.blocks {
      let (path, start) = ("blocks.\(block)", x)
      x = parts.normalized(graph.convolution(at: "\(path).first", x, padding: 1), at: "\(path).firstNorm", in: &graph)
      x = parts.rectified(x, at: "\(path).rectifier", in: &graph)
      x = parts.normalized(graph.convolution(at: "\(path).second", x, padding: 1), at: "\(path).secondNorm", in: &graph)
      x = graph.apply(.sum, start, x)
    }
    x = graph.convolution(at: "trunk", x, padding: 1)
    if parts.hasTrunkNorm { x = parts.normalized(x, at: "trunkNorm", in: &graph) }
    if parts.hasTrunkRectifier { x = parts.rectified(x, at: "trunkRectifier", in: &graph) }
    x = graph.apply(.sum, shallow, x)
    for (index, step) in configuration.steps.enumerated() {
      let path = "upsampling.\(index)"
      x = graph.convolution(at: "\(path).convolution", x, padding: 1)
      if parts.hasUpsamplingNorms {
        x = parts.normalized(x, at: "\(path).norm", epsilon: parts.norm == .batch ? 1e-5 : nil, in: &graph)
      }
      x = parts.rectified(graph.apply(.pixelShuffle(factor: step), x), at: "\(path).rectifier", in: &graph)
    }
    x = graph.convolution(at: "last", x, padding: edge)
    if parts.hasTanh { x = graph.apply(.hyperbolicTangent, x) }
    return parts.output.decoded(x, in: &graph)
  }
}

extension SRResNet.Parts {
  /// - Parameter epsilon: another than the network's.
  fileprivate func normalized(
    _ x: NetworkGraph.Value, at path: String, epsilon: Float? = nil, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    guard norm != .none, let channels = graph.shape(at: "\(path).scale")?[0] else { return x }
    var description = GraphNorm(norm == .batch ? .batch : .instance, channels: channels)
    if norm == .batch { description.epsilon = epsilon ?? self.epsilon }
    return graph.affineNorm(at: path, description, x)
  }

  fileprivate func rectified(
    _ x: NetworkGraph.Value, at path: String, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    switch rectifier {
    case .parametric, .parametricByChannel:
      graph.parametricRectifier(graph.key(at: "\(path).slope", without: ".weight"), x)
    case .rectified: graph.rectified(x)
    case .leaky: graph.rectified(x, slope: 0.2)
    }
  }
}

extension SRResNet.Parts.Values {
  fileprivate func encoded(_ x: NetworkGraph.Value, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    switch self {
    case .unit: return x
    case .signed: return graph.apply(.shift(by: -1), graph.apply(.scaling(by: 2), x))
    case .imageNet:
      let (mean, deviation) = Self.colors
      let shifted = graph.apply(.channelShift(by: mean.map { -$0 }), x)
      return graph.apply(.channelScaling(by: deviation.map { 1 / $0 }), shifted)
    }
  }

  fileprivate func decoded(_ x: NetworkGraph.Value, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    switch self {
    case .unit: return x
    case .signed: return graph.apply(.shift(by: 0.5), graph.apply(.scaling(by: 0.5), x))
    case .imageNet:
      let (mean, deviation) = Self.colors
      return graph.apply(.channelShift(by: mean), graph.apply(.channelScaling(by: deviation), x))
    }
  }
}
