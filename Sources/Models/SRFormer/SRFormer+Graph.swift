import Layers
import Tensors

extension SRFormer: GraphedNetwork {
  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let window = configuration.window
    let (inputs, outputs) = (configuration.inputChannels, configuration.outputChannels)
    let centered = graph.centered(graph.input, inputChannels: inputs, outputChannels: outputs)
    let shallow = graph.convolution(at: "first", centered, padding: 1)
    var x = configuration.normalizesFirst ? graph.layerNorm(at: "firstNorm", shallow) : shallow
    for (group, (depth, heads)) in zip(configuration.depths, configuration.heads).enumerated() {
      let start = x
      for block in 0..<depth {
        x = Block.output(
          at: "groups.\(group).blocks.\(block)", heads: heads, window: window, shift: block % 2 * (window / 2), x,
          in: &graph)
      }
      x = ConnectionLayer.output(at: "groups.\(group).connection", configuration.connection, x, in: &graph)
      x = graph.apply(.sum, x, start)
    }
    x = graph.layerNorm(at: "lastNorm", x)
    x = graph.apply(.sum, ConnectionLayer.output(at: "trunk", configuration.connection, x, in: &graph), shallow)
    x = configuration.head.output(at: "head", x, in: &graph)
    return configuration.upsampling == .none
      ? graph.apply(.sum, x, graph.input) : graph.uncentered(x, inputChannels: inputs, outputChannels: outputs)
  }
}

extension SRFormer.Block {
  fileprivate static func output(
    at path: String, heads: Int, window: Int, shift: Int, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let attended = SRFormer.PermutedAttention.output(
      at: "\(path).attention", heads: heads, window: window, shift: shift,
      graph.layerNorm(at: "\(path).attentionNorm", input), in: &graph)
    let x = graph.apply(.sum, input, attended)
    let first = graph.linear(at: "\(path).first", graph.layerNorm(at: "\(path).perceptronNorm", x))
    let inner = graph.apply(.normalRectifier, first)
    let hidden = graph.weight(at: "\(path).first")[0]
    let depthwise = graph.convolution(at: "\(path).depthwise", inner, padding: kernel / 2, groups: hidden)
    let mixed = graph.apply(.sum, inner, graph.apply(.normalRectifier, depthwise))
    return graph.apply(.sum, x, graph.linear(at: "\(path).second", mixed))
  }
}

extension SRFormer.PermutedAttention {
  fileprivate static func output(
    at path: String, heads: Int, window: Int, shift: Int, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let (size, squares, shift) = (Size(window), Size(window / 2), Size(shift))
    let width = graph.weight(at: "\(path).queries")[0]
    let rolled = graph.rolled(input, by: shift)
    let queries = graph.linear(at: "\(path).queries", rolled)
    let permuted = graph.split(graph.linear(at: "\(path).keysValues", rolled), into: 2, width: width / 4)
      .map { graph.apply(.squares(side: 2), $0) }
    let attended = graph.attention(
      GraphAttention(heads: heads, headChannels: width / heads, .adjacent(size), keys: .adjacent(squares)),
      [queries] + permuted,
      bias: graph.relativeBias(at: "\(path).bias", RelativePlaces(window: window, ofSquares: 2)),
      mask: shift == Size(0) ? nil : GraphWindowMask(queries: size, keys: squares, shift: shift))
    return graph.rolledBack(graph.linear(at: "\(path).output", attended), by: shift)
  }
}
