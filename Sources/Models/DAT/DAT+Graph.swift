import Layers
import Tensors

extension DAT: GraphedNetwork {
  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let (inputs, outputs) = (configuration.inputChannels, configuration.outputChannels)
    let centered = graph.centered(graph.input, inputChannels: inputs, outputChannels: outputs)
    let shallow = graph.convolution(at: "first", centered, padding: 1)
    var x = graph.layerNorm(at: "firstNorm", shallow)
    for (group, depth) in configuration.depths.enumerated() {
      let start = x
      for block in 0..<depth {
        let path = "groups.\(group).blocks.\(block)"
        let normalized = graph.layerNorm(at: "\(path).attentionNorm", x)
        x = graph.apply(
          .sum, x, Attention.output(of: configuration, group: group, block: block, normalized, in: &graph))
        let gated = GatedPerceptron.output(
          at: "\(path).gated", graph.layerNorm(at: "\(path).gateNorm", x), in: &graph)
        x = graph.apply(.sum, x, gated)
      }
      x = ConnectionLayer.output(at: "groups.\(group).connection", configuration.connection, x, in: &graph)
      x = graph.apply(.sum, x, start)
    }
    x = graph.layerNorm(at: "lastNorm", x)
    x = graph.apply(.sum, ConnectionLayer.output(at: "trunk", configuration.connection, x, in: &graph), shallow)
    x = configuration.head.output(at: "head", x, in: &graph)
    return graph.uncentered(x, inputChannels: inputs, outputChannels: outputs)
  }
}

extension DAT.GatedPerceptron {
  fileprivate static func output(
    at path: String, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let channels = graph.weight(at: "\(path).gate")[0]
    let inner = graph.apply(.normalRectifier, graph.linear(at: "\(path).first", input))
    let halves = graph.split(inner, into: 2, width: channels)
    let normalized = graph.layerNorm(at: "\(path).norm", halves[1])
    let gate = graph.convolution(at: "\(path).gate", normalized, padding: 1, groups: channels)
    return graph.linear(at: "\(path).second", graph.apply(.product, halves[0], gate))
  }
}

extension DAT.Attention {
  fileprivate static func output(
    of configuration: DAT.Configuration, group: Int, block: Int, _ input: NetworkGraph.Value,
    in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let (path, width) = ("groups.\(group).blocks.\(block).attention", configuration.width)
    let heads = configuration.heads[group]
    let projected = graph.linear(at: "\(path).projection", input)
    let parts = graph.split(projected, into: 3, width: width)
    let depthwise = graph.convolution(at: "\(path).depthwise", parts[2], padding: 1, groups: width)
    let normalized = graph.norm(at: "\(path).depthwiseNorm", .batch, channels: width, depthwise)
    let local = graph.apply(.normalRectifier, normalized)
    func weights(_ name: String, _ x: NetworkGraph.Value) -> NetworkGraph.Value {
      let path = "\(path).\(name)"
      let inner = graph.convolution(at: "\(path).first", x)
      let channels = graph.weight(at: "\(path).first")[0]
      let normalized = graph.norm(at: "\(path).norm", .batch, channels: channels, inner)
      return graph.apply(
        .sigmoid, graph.convolution(at: "\(path).second", graph.apply(.normalRectifier, normalized)))
    }
    func ofChannels(_ x: NetworkGraph.Value) -> NetworkGraph.Value {
      weights("ofChannels", graph.apply(.globalMean, x))
    }
    func joined(
      _ attended: NetworkGraph.Value, _ first: NetworkGraph.Value, _ second: NetworkGraph.Value
    ) -> NetworkGraph.Value {
      let sum = graph.apply(.sum, graph.apply(.product, attended, first), graph.apply(.product, local, second))
      return graph.linear(at: "\(path).output", sum)
    }
    if !DAT.Configuration.isSpatial(block: block) {
      let attention = GraphChannelAttention(heads: heads, headChannels: width / heads, windows: .whole)
      let attended = graph.addNamed(
        .channelAttention(attention), on: parts, key: graph.key(at: "\(path).temperature", without: ""))
      return joined(attended, weights("ofPixels", local), ofChannels(attended))
    }
    let isShifted = DAT.Configuration.isShifted(group: group, block: block)
    let halves = (0..<2).map { half in
      DAT.PlacedWindows.output(
        at: "\(path).windows.\(half)", heads: heads / 2, width: width / 2,
        window: DAT.PlacedWindows.window(of: configuration, isStanding: half == 1), isShifted: isShifted,
        (0..<3).map {
          graph.apply(.channels($0 * width + half * width / 2..<$0 * width + (half + 1) * width / 2), projected)
        },
        in: &graph)
    }
    let attended = graph.apply(.concatenation, halves)
    return joined(attended, ofChannels(local), weights("ofPixels", attended))
  }
}

extension DAT.PlacedWindows {
  fileprivate static func output(
    at path: String, heads: Int, width: Int, window: Size, isShifted: Bool, _ parts: [NetworkGraph.Value],
    in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let shift = isShifted ? Size(height: window.height / 2, width: window.width / 2) : Size(0)
    var biases = graph.linear(at: "\(path).entry", graph.addNamed(.distances(within: window)))
    for step in 0..<3 {
      let normalized = graph.rectified(graph.layerNorm(at: "\(path).steps.\(step).norm", biases))
      biases = graph.linear(at: "\(path).steps.\(step).linear", normalized)
    }
    let attended = graph.attention(
      GraphAttention(heads: heads, headChannels: width / heads, .adjacent(window)),
      parts.map { graph.rolled($0, by: shift) },
      bias: graph.apply(.relativePlaces(RelativePlaces(window: window)), biases),
      mask: isShifted ? GraphWindowMask(queries: window, keys: window, shift: shift) : nil)
    return graph.rolledBack(attended, by: shift)
  }
}
