extension RRDBNet: ExportedNetwork {
  public static func configuration(of outline: GraphOutline) -> Configuration? {
    let (shapes, upsamplings) = (outline.convolutions, outline.count(of: .nearest(factor: 2)))
    // Three dense blocks with five convolutions, or six of which one is without bias.
    let dense = outline.count { !$0.hasBias } > 0 ? Dense.residual : .plain
    let (blocks, others) = (shapes.count - 4 - upsamplings).quotientAndRemainder(dividingBy: dense == .plain ? 15 : 18)
    guard blocks > 0, others == 0, upsamplings <= RecognitionLimits.upsamplings, !outline.hasParametricRectifiers
    else { return nil }
    let (channels, unshuffling) = (shapes[0][1], outline.unshuffling)
    guard [1, 2, 4].contains(unshuffling), unshuffling <= 1 << upsamplings, channels % (unshuffling * unshuffling) == 0
    else { return nil }
    var configuration = Configuration()
    configuration.inputChannels = channels / (unshuffling * unshuffling)
    configuration.outputChannels = shapes[shapes.count - 1][0]
    configuration.dense = dense
    (configuration.width, configuration.growth, configuration.blocks) = (shapes[0][0], shapes[1][0], blocks)
    (configuration.scale, configuration.upsamplings) = ((1 << upsamplings) / unshuffling, upsamplings)
    return configuration
  }

  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let unshuffling = configuration.unshuffling
    let input = unshuffling == 1 ? graph.input : graph.apply(.pixelUnshuffle(factor: unshuffling), graph.input)
    let shallow = graph.convolution("conv_first", input)
    var x = shallow
    for block in 0..<configuration.blocks {
      let start = x
      for index in 0..<3 {
        x = added(dense("blocks.\(block).dense.\(index)", configuration.dense, x, in: &graph), to: x, in: &graph)
      }
      x = added(x, to: start, in: &graph)
    }
    x = graph.apply(.sum, shallow, graph.convolution("conv_body", x))
    for step in 1...max(1, configuration.upsamplings) where configuration.upsamplings > 0 {
      x = rectified(graph.convolution("conv_up\(step)", graph.apply(.nearest(factor: 2), x)), in: &graph)
    }
    return graph.convolution("conv_last", rectified(graph.convolution("conv_hr", x), in: &graph))
  }

  /// The last convolution's output in a dense block.
  private static func dense(
    _ path: String, _ connections: Dense, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    var features = [input]
    for index in 0..<4 {
      let x = features.count == 1 ? input : graph.apply(.concatenation, features)
      var output = rectified(graph.convolution(at: "\(path).convolutions.\(index)", x, padding: 1), in: &graph)
      if connections == .residual, index == 1 {
        output = graph.apply(.sum, output, graph.convolution(at: "\(path).shortcut", input))
      }
      if connections == .residual, index == 3 { output = graph.apply(.sum, output, features[2]) }
      features.append(output)
    }
    return graph.convolution(at: "\(path).convolutions.4", graph.apply(.concatenation, features), padding: 1)
  }

  private static func added(
    _ x: NetworkGraph.Value, to start: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    graph.apply(.sum, start, graph.apply(.scaling(by: 0.2), x))
  }

  private static func rectified(_ x: NetworkGraph.Value, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    graph.apply(.leakyRectifier(slope: 0.2), x)
  }
}
