extension SwinIR: GraphedNetwork {
  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let (range, window) = (configuration.range, configuration.window)
    let (inputs, outputs) = (configuration.inputChannels, configuration.outputChannels)
    func scaled(_ x: NetworkGraph.Value, by factor: Float) -> NetworkGraph.Value {
      factor == 1 ? x : graph.apply(.scaling(by: factor), x)
    }
    let centered = graph.centered(graph.input, inputChannels: inputs, outputChannels: outputs)
    let shallow = graph.convolution(at: "first", scaled(centered, by: range), padding: 1)
    var x = configuration.normalizesFirst ? graph.layerNorm(at: "firstNorm", shallow) : shallow
    for (group, (depth, heads)) in zip(configuration.depths, configuration.heads).enumerated() {
      let start = x
      for block in 0..<depth {
        x = TransformerBlock.output(
          at: "groups.\(group).blocks.\(block)", heads: heads, window: window, shift: block % 2 * (window / 2), x,
          in: &graph)
      }
      x = ConnectionLayer.output(at: "groups.\(group).connection", configuration.connection, x, in: &graph)
      x = graph.apply(.sum, x, start)
    }
    x = graph.layerNorm(at: "lastNorm", x)
    x = graph.apply(.sum, ConnectionLayer.output(at: "trunk", configuration.connection, x, in: &graph), shallow)
    x = scaled(configuration.head.output(at: "head", x, in: &graph), by: 1 / range)
    return configuration.upsampling == .none
      ? graph.apply(.sum, x, graph.input) : graph.uncentered(x, inputChannels: inputs, outputChannels: outputs)
  }
}
