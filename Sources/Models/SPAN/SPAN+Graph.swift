extension SPAN: ExportedNetwork {
  public static func configuration(of outline: GraphOutline) -> Configuration? {
    let shapes = outline.convolutions
    let (blocks, others) = (shapes.count - 4).quotientAndRemainder(dividingBy: 3)
    guard blocks > 0, others == 0, outline.count(of: .sigmoidRectifier) > 0, let scale = outline.shuffles.first else {
      return nil
    }
    var configuration = Configuration()
    configuration.form = .folded
    configuration.inputChannels = shapes[0][1]
    configuration.outputChannels = shapes[shapes.count - 1][0] / (scale * scale)
    (configuration.width, configuration.blocks, configuration.scale) = (shapes[0][0], blocks, scale)
    configuration.normalizes = outline.hasChannelShifts
    return configuration
  }

  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    if !configuration.normalizes { graph.addConstant("no_norm", [0]) }
    let input = configuration.normalizes ? normalized(graph.input, in: &graph) : graph.input
    let shallow = graph.convolution("conv_1.eval_conv", input)
    var x = shallow
    var outputs: [NetworkGraph.Value] = []
    var inner = shallow
    for block in 1...configuration.blocks {
      inner = graph.apply(.sigmoidRectifier, graph.convolution("block_\(block).c1_r.eval_conv", x))
      let second = graph.apply(.sigmoidRectifier, graph.convolution("block_\(block).c2_r.eval_conv", inner))
      let third = graph.convolution("block_\(block).c3_r.eval_conv", second)
      let attention = graph.apply(.shift(by: -0.5), graph.apply(.sigmoid, third))
      x = graph.apply(.product, graph.apply(.sum, third, x), attention)
      outputs.append(x)
    }
    let deep = graph.convolution("conv_2.eval_conv", x)
    let fused = graph.convolution("conv_cat", graph.apply(.concatenation, shallow, deep, outputs[0], inner))
    return graph.apply(.pixelShuffle(factor: configuration.scale), graph.convolution("upsampler.0", fused))
  }

  private static func normalized(
    _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    graph.apply(.scaling(by: 255), graph.apply(.channelShift(by: mean.map { -$0 }), input))
  }
}
