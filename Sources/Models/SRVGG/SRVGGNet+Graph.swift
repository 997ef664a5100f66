extension SRVGGNet: ExportedNetwork {
  public static func configuration(of outline: GraphOutline) -> Configuration? {
    let shapes = outline.convolutions
    guard shapes.count >= 2, outline.hasParametricRectifiers, let scale = outline.shuffles.first else { return nil }
    var configuration = Configuration()
    configuration.inputChannels = shapes[0][1]
    configuration.outputChannels = shapes[shapes.count - 1][0] / (scale * scale)
    (configuration.width, configuration.convolutions) = (shapes[0][0], shapes.count - 2)
    configuration.scale = scale
    return configuration
  }

  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    var x = graph.input
    for block in 0...configuration.convolutions {
      x = graph.parametricRectifier("body.\(2 * block + 1)", graph.convolution("body.\(2 * block)", x))
    }
    let last = graph.convolution("body.\(2 + 2 * configuration.convolutions)", x)
    let scale = configuration.scale
    return graph.apply(
      .sum, graph.apply(.pixelShuffle(factor: scale), last), graph.apply(.nearest(factor: scale), graph.input))
  }
}
