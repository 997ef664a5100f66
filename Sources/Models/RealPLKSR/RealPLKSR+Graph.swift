import Layers

extension RealPLKSR: ExportedNetwork {
  public static func configuration(of outline: GraphOutline) -> Configuration? {
    let (shapes, attends) = (outline.convolutions, outline.operations.contains(.sigmoid))
    let (blocks, others) = (shapes.count - 2).quotientAndRemainder(dividingBy: attends ? 5 : 4)
    guard blocks > 0, others == 0, outline.operations.contains(.mish), let scale = outline.shuffles.first else {
      return nil
    }
    var configuration = Configuration()
    configuration.inputChannels = shapes[0][1]
    configuration.outputChannels = shapes[shapes.count - 1][0] / (scale * scale)
    (configuration.width, configuration.blocks, configuration.scale) = (shapes[0][0], blocks, scale)
    (configuration.largeChannels, configuration.kernel) = (shapes[3][0], shapes[3][2])
    configuration.attends = attends
    configuration.norm = outline.norms.first?.kind == .layer ? .layer : .group
    return configuration
  }

  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let (width, large) = (configuration.width, configuration.largeChannels)
    var x = graph.convolution(at: "first", graph.input, padding: 1)
    for block in 0..<configuration.blocks {
      let (path, input) = ("blocks.\(block)", x)
      if configuration.norm == .layer {
        var norm = GraphNorm(.layer, channels: width)
        norm.epsilon = pixelNormEpsilon
        x = graph.affineNorm(at: "\(path).pixelNorm", norm, x)
      }
      x = graph.apply(.mish, graph.convolution(at: "\(path).expansion", x, padding: 1))
      let mixed = graph.convolution(at: "\(path).contraction", x, padding: 1)
      let reached = large == width ? mixed : graph.apply(.channels(0..<large), mixed)
      x = graph.convolution(at: "\(path).large", reached, padding: configuration.kernel / 2)
      if large < width { x = graph.apply(.concatenation, x, graph.apply(.channels(large..<width), mixed)) }
      if configuration.attends {
        let attention = graph.convolution(at: "\(path).attention", x, padding: 1)
        x = graph.apply(.product, x, graph.apply(.sigmoid, attention))
      }
      x = graph.convolution(at: "\(path).refinement", x)
      if configuration.norm == .group {
        x = graph.affineNorm(at: "\(path).norm", GraphNorm(.group(count: normGroups), channels: width), x)
      }
      x = graph.apply(.sum, x, input)
    }
    let shuffled = graph.apply(.pixelShuffle(factor: configuration.scale), graph.convolution(at: "last", x, padding: 1))
    let enlarged =
      configuration.scale == 1 ? graph.input : graph.apply(.nearest(factor: configuration.scale), graph.input)
    return graph.apply(.sum, shuffled, enlarged)
  }
}
