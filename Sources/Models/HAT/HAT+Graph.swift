import Layers
import Tensors

extension HAT: GraphedNetwork {
  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let (inputs, outputs) = (configuration.inputChannels, configuration.outputChannels)
    let centered = graph.centered(graph.input, inputChannels: inputs, outputChannels: outputs)
    let shallow = graph.convolution(at: "first", centered, padding: 1)
    var x = configuration.normalizesFirst ? graph.layerNorm(at: "firstNorm", shallow) : shallow
    for (group, (depth, heads)) in zip(configuration.depths, configuration.heads).enumerated() {
      let (path, start) = ("groups.\(group)", x)
      for block in 0..<depth {
        x = Block.output(
          at: "\(path).blocks.\(block)", heads: heads, window: configuration.window,
          shift: block % 2 * (configuration.window / 2), x, in: &graph)
      }
      x = OverlappingBlock.output(
        at: "\(path).overlapping", heads: heads, window: configuration.window, overlap: configuration.overlap, x,
        in: &graph)
      x = graph.apply(.sum, graph.convolution(at: "\(path).connection", x, padding: 1), start)
    }
    let trunk = graph.convolution(at: "trunk", graph.layerNorm(at: "lastNorm", x), padding: 1)
    x = configuration.head.output(at: "head", graph.apply(.sum, trunk, shallow), in: &graph)
    return graph.uncentered(x, inputChannels: inputs, outputChannels: outputs)
  }
}

extension HAT.Block {
  fileprivate static func output(
    at path: String, heads: Int, window: Int, shift: Int, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let normalized = graph.layerNorm(at: "\(path).attentionNorm", input)
    let attended = WindowSelfAttention.output(
      at: "\(path).attention", heads: heads, window: window, shift: shift, normalized, in: &graph)
    let beside = HAT.WeighedConvolutions.output(at: "\(path).convolutions", normalized, in: &graph)
    let x = graph.apply(.sum, graph.apply(.sum, input, attended), beside)
    let inner = graph.layerNorm(at: "\(path).perceptronNorm", x)
    return graph.apply(.sum, x, Perceptron.output(at: "\(path).perceptron", inner, in: &graph))
  }
}

extension HAT.WeighedConvolutions {
  fileprivate static func output(
    at path: String, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let inner = graph.apply(.normalRectifier, graph.convolution(at: "\(path).first", input, padding: 1))
    let x = graph.convolution(at: "\(path).second", inner, padding: 1)
    let squeezed = graph.rectified(graph.convolution(at: "\(path).squeeze", graph.apply(.globalMean, x)))
    let weights = graph.apply(.sigmoid, graph.convolution(at: "\(path).expansion", squeezed))
    return graph.apply(.product, x, graph.apply(.scaling(by: 0.01), weights))
  }
}

extension HAT.OverlappingBlock {
  fileprivate static func output(
    at path: String, heads: Int, window: Int, overlap: Int, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let width = graph.weight(at: "\(path).output")[0]
    let projected = graph.linear(at: "\(path).projection", graph.layerNorm(at: "\(path).attentionNorm", input))
    let attended = graph.attention(
      GraphAttention(
        heads: heads, headChannels: width / heads, .adjacent(Size(window)),
        keys: .around(Size(overlap), of: Size(window))),
      graph.split(projected, into: 3, width: width),
      bias: graph.relativeBias(at: "\(path).bias", RelativePlaces(window: window, around: overlap)))
    let x = graph.apply(.sum, input, graph.linear(at: "\(path).output", attended))
    let inner = graph.layerNorm(at: "\(path).perceptronNorm", x)
    return graph.apply(.sum, x, Perceptron.output(at: "\(path).perceptron", inner, in: &graph))
  }
}
