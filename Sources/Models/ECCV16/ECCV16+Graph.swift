import Layers

extension ECCV16: ExportedNetwork {
  public static func configuration(of outline: GraphOutline) -> Configuration? {
    let shapes = outline.convolutions
    guard outline.operations.contains(.softmax), outline.count(where: { $0.dilation == 2 }) > 0, shapes.count > 2 else {
      return nil
    }
    var configuration = Configuration()
    (configuration.width, configuration.bins) = (shapes[0][0], shapes[shapes.count - 2][0])
    return configuration
  }

  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    var x = graph.apply(.scaling(by: 0.5), graph.input)
    for (index, run) in configuration.runs.enumerated() {
      x = ConvolutionRun.output(
        at: "runs.\(index)", count: run.count, stride: run.stride, dilation: run.dilation, x, in: &graph)
    }
    x = graph.rectified(graph.transposedConvolution(at: "enlargement", x, stride: 2, padding: 1))
    for index in 0..<2 { x = graph.rectified(graph.convolution(at: "refinement.\(index)", x, padding: 1)) }
    let likelihoods = graph.apply(.softmax, graph.convolution(at: "scores", x))
    return graph.apply(.bilinear(factor: 4), graph.convolution(at: "colors", likelihoods))
  }
}

extension ConvolutionRun {
  static func output(
    at path: String, count: Int, stride: Int = 1, dilation: Int = 1, _ input: NetworkGraph.Value,
    in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    var x = input
    for index in 0..<count {
      x = graph.convolution(
        at: "\(path).convolutions.\(index)", x, stride: index == count - 1 ? stride : 1, padding: dilation,
        dilation: dilation)
      x = graph.rectified(x)
    }
    let channels = graph.weight(at: "\(path).convolutions.0")[0]
    return graph.norm(at: "\(path).norm", .batch, channels: channels, x)
  }
}
