import Layers
import Tensors

extension OmniSR: GraphedNetwork {
  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let shallow = graph.convolution(at: "first", graph.input, padding: 1)
    var x = shallow
    for group in 0..<configuration.groups {
      let (path, start) = ("groups.\(group)", x)
      for block in 0..<configuration.blocks {
        let path = "\(path).blocks.\(block)"
        x = LocalFeatures.output(at: "\(path).local", x, in: &graph)
        for (name, isSpread) in [("within", false), ("across", true)] {
          x = AttentionPair.output(of: configuration, at: "\(path).\(name)", isSpread: isSpread, x, in: &graph)
        }
      }
      x = graph.apply(.sum, graph.convolution(at: "\(path).last", x), start)
      x = Weighing.output(at: "\(path).weighing", x, in: &graph)
    }
    x = graph.apply(.sum, graph.convolution(at: "trunk", x, padding: 1), shallow)
    return graph.apply(.pixelShuffle(factor: configuration.scale), graph.convolution(at: "upsampling", x, padding: 1))
  }
}

extension OmniSR.Weighing {
  fileprivate static func output(
    at path: String, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let reduced = graph.convolution(at: "\(path).entry", input)
    let halved = graph.convolution(at: "\(path).halving", reduced, stride: 2)
    let pooled = graph.apply(.maximumPooling(window: 7, stride: 3, padding: 0), halved)
    let inner = graph.convolution(at: "\(path).inner", pooled, padding: 1)
    let surroundings = graph.apply(.bilinearResizing, inner, input)
    let sum = graph.apply(.sum, surroundings, graph.convolution(at: "\(path).beside", reduced))
    return graph.apply(.product, input, graph.apply(.sigmoid, graph.convolution(at: "\(path).output", sum)))
  }
}

extension OmniSR.LocalFeatures {
  fileprivate static func output(
    at path: String, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let first = graph.apply(.normalRectifier, graph.convolution(at: "\(path).first", input))
    let width = graph.weight(at: "\(path).depthwise")[0]
    let x = graph.apply(
      .normalRectifier, graph.convolution(at: "\(path).depthwise", first, padding: 1, groups: width))
    let squeezed = graph.apply(.sigmoidRectifier, graph.linear(at: "\(path).squeeze", graph.apply(.globalMean, x)))
    let weights = graph.apply(.sigmoid, graph.linear(at: "\(path).expansion", squeezed))
    return graph.apply(.sum, graph.convolution(at: "\(path).last", graph.apply(.product, x, weights)), input)
  }
}

extension OmniSR.AttentionPair {
  fileprivate static func output(
    of configuration: OmniSR.Configuration, at path: String, isSpread: Bool, _ input: NetworkGraph.Value,
    in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    func gated(_ name: String, _ x: NetworkGraph.Value) -> NetworkGraph.Value {
      let normalized = graph.layerNorm(at: "\(path).\(name)Norm", epsilon: 1e-6, x)
      return graph.apply(
        .sum, x, OmniSR.GatedConvolutions.output(at: "\(path).\(name)", normalized, in: &graph))
    }
    let pixels = OmniSR.PixelAttention.output(
      of: configuration, at: "\(path).pixels", isSpread: isSpread,
      graph.layerNorm(at: "\(path).pixelNorm", input), in: &graph)
    let x = gated("first", graph.apply(.sum, input, pixels))
    let channels = OmniSR.ChannelAttention.output(
      of: configuration, at: "\(path).channels", isSpread: isSpread,
      graph.layerNorm(at: "\(path).channelNorm", epsilon: 1e-6, x), in: &graph)
    return gated("second", graph.apply(.sum, x, channels))
  }
}

extension OmniSR.GatedConvolutions {
  fileprivate static func output(
    at path: String, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let width = graph.weight(at: "\(path).last")[0]
    let first = graph.convolution(at: "\(path).first", input)
    let halves = graph.split(
      graph.convolution(at: "\(path).depthwise", first, padding: 1, groups: 2 * width), into: 2, width: width)
    let gate = graph.apply(.normalRectifier, halves[0])
    return graph.convolution(at: "\(path).last", graph.apply(.product, gate, halves[1]))
  }
}

extension OmniSR.PixelAttention {
  fileprivate static func output(
    of configuration: OmniSR.Configuration, at path: String, isSpread: Bool, _ input: NetworkGraph.Value,
    in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let (width, heads, window) = (configuration.width, OmniSR.Configuration.heads, Size(configuration.window))
    let places = RelativePlaces(window: window)
    let attended = graph.attention(
      GraphAttention(heads: heads, headChannels: width / heads, isSpread ? .spread(window) : .adjacent(window)),
      graph.split(graph.linear(at: "\(path).projection", input), into: 3, width: width),
      bias: configuration.hasPositions ? graph.relativeBias(at: "\(path).bias", places) : nil)
    return graph.linear(at: "\(path).output", attended)
  }
}

extension OmniSR.ChannelAttention {
  fileprivate static func output(
    of configuration: OmniSR.Configuration, at path: String, isSpread: Bool, _ input: NetworkGraph.Value,
    in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let (width, heads, window) = (configuration.width, OmniSR.Configuration.heads, Size(configuration.window))
    let projected = graph.convolution(
      at: "\(path).depthwise", graph.convolution(at: "\(path).projection", input), padding: 1, groups: 3 * width)
    let attention = GraphChannelAttention(
      heads: heads, headChannels: width / heads, windows: isSpread ? .interleaved(count: window) : .adjacent(window))
    let attended = graph.addNamed(
      .channelAttention(attention), on: graph.split(projected, into: 3, width: width),
      key: graph.key(at: "\(path).temperature", without: ""))
    return graph.convolution(at: "\(path).output", attended)
  }
}
