extension MSRResNet: ExportedNetwork {
  public static func configuration(of outline: GraphOutline) -> Configuration? {
    let (shapes, shuffles) = (outline.convolutions, outline.shuffles)
    // Beside two in every block: the first, the last and, with stepwise upsampling, one for each step and the refinement.
    let isDirect = shapes.count == 2 * outline.count(of: .leakyRectifier(slope: 0)) + 2
    let (blocks, others) = (shapes.count - (isDirect ? 2 : 3 + shuffles.count)).quotientAndRemainder(dividingBy: 2)
    guard blocks > 0, others == 0, !shuffles.isEmpty, shuffles.count <= 2, !outline.hasParametricRectifiers,
      outline.count(of: .sigmoidRectifier) == 0
    else {
      return nil
    }
    var configuration = Configuration()
    configuration.upsampling = isDirect ? .direct : .stepwise
    configuration.scale = shuffles.count == 2 ? 4 : shuffles[0]
    configuration.inputChannels = shapes[0][1]
    let area = isDirect ? configuration.scale * configuration.scale : 1
    configuration.outputChannels = shapes[shapes.count - 1][0] / area
    (configuration.width, configuration.blocks) = (shapes[0][0], blocks)
    return configuration
  }

  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let slope = GraphOperation.leakyRectifier(slope: 0.1)
    var x = graph.apply(slope, graph.convolution("conv_first", graph.input))
    for block in 0..<configuration.blocks {
      let first = graph.apply(.leakyRectifier(slope: 0), graph.convolution("body.\(block).conv1", x))
      x = graph.apply(.sum, x, graph.convolution("body.\(block).conv2", first))
    }
    for (index, step) in configuration.steps.enumerated() {
      x = graph.apply(slope, graph.apply(.pixelShuffle(factor: step), graph.convolution("upconv\(index + 1)", x)))
    }
    switch configuration.upsampling {
    case .stepwise: x = graph.convolution("conv_last", graph.apply(slope, graph.convolution("conv_hr", x)))
    case .direct: x = graph.apply(.pixelShuffle(factor: configuration.scale), graph.convolution("conv_last", x))
    }
    return graph.apply(.sum, x, graph.apply(.bilinear(factor: configuration.scale), graph.input))
  }
}
