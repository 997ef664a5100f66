import Layers

extension ResNetGenerator: ExportedNetwork {
  public static func problemWithGraph(of configuration: Configuration) -> String? {
    configuration.atTest.problemWithGraph(dropout: configuration.dropout)
  }

  public static func configuration(of outline: GraphOutline) -> Configuration? {
    let shapes = outline.convolutions
    guard outline.operations.contains(.reflection(by: 3)), outline.norms.count > 4, shapes.count >= 8 else {
      return nil
    }
    var configuration = Configuration()
    configuration.inputChannels = shapes[0][1]
    configuration.width = shapes[0][0]
    configuration.norm = outline.norms[0].norm
    let hasTransposed = outline.count { $0.isTransposed } > 0
    configuration.upsampling = hasTransposed ? .transposed : .resizeConvolution
    let blurs = outline.operations.count { if case .blur = $0 { true } else { false } }
    if blurs > 0 {
      configuration.downsampling = outline.count { $0.stride == 2 && !$0.isTransposed } > 0 ? .strided : .antialiased
      if blurs > (configuration.downsampling == .antialiased ? 2 : 0) { configuration.upsampling = .antialiased }
    }
    configuration.residual = outline.count { $0.groups > 1 } > 0 ? .separable : .plain
    configuration.blocks = (shapes.count - 6) / (configuration.residual == .separable ? 4 : 2)
    configuration.outputChannels = shapes[shapes.count - 1][0]
    return configuration
  }

  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let width = configuration.width
    func norm(_ path: String, _ channels: Int, _ x: NetworkGraph.Value) -> NetworkGraph.Value {
      graph.norm(at: path, configuration.norm, channels: channels, usedAs: configuration.atTest, x)
    }
    var x = graph.convolution(at: "stem.convolution", graph.apply(.reflection(by: 3), graph.input))
    x = graph.rectified(norm("stem.norm", width, x))
    for index in 0..<2 {
      let (path, channels) = ("downsampling.\(index)", 2 * width << index)
      let isBlurred = configuration.downsampling == .antialiased
      x = graph.convolution(at: "\(path).convolution", x, stride: isBlurred ? 1 : 2, padding: 1)
      x = graph.rectified(norm("\(path).norm", channels, x))
      if isBlurred { x = graph.apply(.blur(channels: channels, stride: 2), graph.apply(.reflection(by: 1), x)) }
    }
    for block in 0..<configuration.blocks {
      func part(_ name: String, _ x: NetworkGraph.Value) -> NetworkGraph.Value {
        let path = "residual.\(block).\(name)"
        var x = graph.apply(.reflection(by: 1), x)
        switch configuration.residual {
        case .plain: x = graph.convolution(at: "\(path).convolution", x)
        case .separable:
          x = graph.convolution(at: "\(path).depthwise", x, groups: 4 * width)
          x = graph.convolution(at: "\(path).pointwise", graph.norm(at: "", .instance, channels: 4 * width, x))
        }
        return norm("\(path).norm", 4 * width, x)
      }
      x = graph.apply(.sum, x, part("second", graph.rectified(part("first", x))))
    }
    for index in 0..<2 {
      let (path, channels) = ("upsampling.\(index)", 2 * width >> index)
      switch configuration.upsampling {
      case .transposed:
        x = graph.transposedConvolution(at: "\(path).transposed", x, stride: 2, padding: 1, outputPadding: 1)
      case .resizeConvolution:
        x = graph.apply(.reflection(by: 1), graph.apply(.nearest(factor: 2), x))
        x = graph.convolution(at: "\(path).convolution", x)
      case .antialiased:
        // A blur of repeated pixels is bilinear interpolation.
        x = graph.apply(.reflection(by: 1), graph.apply(.nearest(factor: 2), x))
        x = graph.apply(.blur(channels: 2 * channels, stride: 1), x)
        x = graph.convolution(at: "\(path).convolution", x, padding: 1)
      }
      x = graph.rectified(norm("\(path).norm", channels, x))
    }
    return graph.apply(.hyperbolicTangent, graph.convolution(at: "head", graph.apply(.reflection(by: 3), x)))
  }
}

extension TestMode {
  /// Why a network used so cannot be written as a graph, as a message; nil if it can.
  func problemWithGraph(dropout: Bool) -> String? {
    guard self == .asInTraining, dropout else { return nil }
    return "it is used with dropout, which is random, as in training"
  }
}
