import Layers

extension SIGGRAPH17: ExportedNetwork {
  public static func configuration(of outline: GraphOutline) -> Configuration? {
    guard outline.count(where: { $0.dilation == 2 }) > 0, outline.operations.contains(.hyperbolicTangent),
      let first = outline.convolutions.first
    else { return nil }
    var configuration = Configuration()
    configuration.width = first[0]
    return configuration
  }

  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let unknown = graph.apply(.scaling(by: 0), graph.input)
    let lightness = graph.apply(.scaling(by: 0.5), graph.input)
    var x = graph.apply(.concatenation, lightness, unknown, unknown, unknown)
    var features: [NetworkGraph.Value] = []
    for (index, count) in [2, 2, 3, 3].enumerated() {
      // Every second pixel.
      if index > 0 { x = graph.apply(.maximumPooling(window: 1, stride: 2, padding: 0), x) }
      x = ConvolutionRun.output(at: "encoder.\(index)", count: count, x, in: &graph)
      features.append(x)
    }
    for (index, dilation) in [2, 2, 1].enumerated() {
      x = ConvolutionRun.output(at: "middle.\(index)", count: 3, dilation: dilation, x, in: &graph)
    }
    for (name, count, skip) in [("quarter", 2, features[2]), ("half", 1, features[1])] {
      x = EnlargingStep.output(at: name, x, beside: skip, in: &graph)
      x = ConvolutionRun.output(at: "\(name)Run", count: count, x, in: &graph)
    }
    x = EnlargingStep.output(at: "whole", x, beside: features[0], in: &graph)
    x = graph.rectified(graph.convolution(at: "wholeConvolution", x, padding: 1), slope: 0.2)
    return graph.apply(.hyperbolicTangent, graph.convolution(at: "colors", x))
  }
}

extension SIGGRAPH17.EnlargingStep {
  fileprivate static func output(
    at path: String, _ input: NetworkGraph.Value, beside features: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let enlarged = graph.transposedConvolution(at: "\(path).enlargement", input, stride: 2, padding: 1)
    let skip = graph.convolution(at: "\(path).skip", features, padding: 1)
    return graph.rectified(graph.apply(.sum, enlarged, skip))
  }
}
