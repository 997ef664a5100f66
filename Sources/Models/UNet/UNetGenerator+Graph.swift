import Layers

extension UNetGenerator: ExportedNetwork {
  public static func problemWithGraph(of configuration: Configuration) -> String? {
    configuration.atTest.problemWithGraph(dropout: configuration.dropout)
  }

  public static func configuration(of outline: GraphOutline) -> Configuration? {
    let (shapes, halvings) = (outline.convolutions, outline.count { $0.stride == 2 && !$0.isTransposed })
    guard halvings >= 2, shapes.count == 2 * halvings, let norm = outline.norms.first else { return nil }
    var configuration = Configuration()
    configuration.downsamplings = halvings
    configuration.inputChannels = shapes[0][1]
    configuration.width = shapes[0][0]
    configuration.outputChannels = shapes[shapes.count - 1][1]
    configuration.norm = norm.norm
    return configuration
  }

  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    func norm(_ path: String, _ channels: Int, _ x: NetworkGraph.Value) -> NetworkGraph.Value {
      graph.norm(at: path, configuration.norm, channels: channels, usedAs: configuration.atTest, x)
    }
    let steps = configuration.steps
    var (x, halved) = (graph.input, [NetworkGraph.Value]())
    for (index, step) in steps.enumerated() {
      if index > 0 { x = graph.rectified(x, slope: 0.2) }
      x = graph.convolution(at: "encoder.\(index).convolution", x, stride: 2, padding: 1)
      if step.hasEncoderNorm { x = norm("encoder.\(index).norm", step.inner, x) }
      halved.append(x)
    }
    halved.removeLast()
    for (index, step) in steps.enumerated().reversed() {
      x = graph.transposedConvolution(at: "decoder.\(index).transposed", graph.rectified(x), stride: 2, padding: 1)
      if step.hasDecoderNorm { x = norm("decoder.\(index).norm", step.outerOutputs, x) }
      if index > 0 { x = graph.apply(.concatenation, halved.removeLast(), x) }
    }
    return graph.apply(.hyperbolicTangent, x)
  }
}
