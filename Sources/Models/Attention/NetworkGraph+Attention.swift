import Layers
import Tensors

/// The parts that networks with attention within windows share.
extension NetworkGraph {
  /// Adds a bias for each head, query and key, of a learnt table of their distances.
  mutating func relativeBias(at path: String, _ places: RelativePlaces) -> Value {
    guard let table = shape(at: "\(path).table") else { preconditionFailure("the network has no \(path).table") }
    let source = addNamed(
      .table(pixels: table[0], channels: table[1]), key: key(at: "\(path).table", without: ""))
    return apply(.relativePlaces(places), source)
  }

  /// Adds attention to queries, keys and values.
  mutating func attention(
    _ attention: GraphAttention, _ parts: [Value], bias: Value? = nil, mask: GraphWindowMask? = nil
  ) -> Value {
    var attention = attention
    (attention.hasBias, attention.hasMask) = (bias != nil, mask != nil)
    // All masks of one kind are the same value, since features are of the input's size.
    let separation = mask.map { apply(.windowMask($0), input) }
    return apply(.windowAttention(attention), parts + [bias, separation].compactMap { $0 })
  }

  /// The value cut along channels into equal parts.
  mutating func split(_ x: Value, into count: Int, width: Int) -> [Value] {
    (0..<count).map { apply(.channels($0 * width..<($0 + 1) * width), x) }
  }

  /// Moves an image up and left; nothing if the shift is 0.
  mutating func rolled(_ x: Value, by shift: Size) -> Value {
    shift == Size(0) ? x : apply(.roll(by: shift), x)
  }

  mutating func rolledBack(_ x: Value, by shift: Size) -> Value {
    rolled(x, by: Size(height: -shift.height, width: -shift.width))
  }

  /// The input less its mean colour.
  mutating func centered(_ x: Value, inputChannels: Int, outputChannels: Int) -> Value {
    let mean = MeanColor.values(inputChannels: inputChannels, outputChannels: outputChannels)
    return mean.map { apply(.channelShift(by: $0.map { -$0 }), x) } ?? x
  }

  mutating func uncentered(_ x: Value, inputChannels: Int, outputChannels: Int) -> Value {
    let mean = MeanColor.values(inputChannels: inputChannels, outputChannels: outputChannels)
    return mean.map { apply(.channelShift(by: $0), x) } ?? x
  }
}

extension WindowSelfAttention {
  static func output(
    at path: String, heads: Int, window: Int, shift: Int, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let (size, shift) = (Size(window), Size(shift))
    let projected = graph.linear(at: "\(path).projection", graph.rolled(input, by: shift))
    let width = graph.weight(at: "\(path).output")[0]
    let attended = graph.attention(
      GraphAttention(heads: heads, headChannels: width / heads, .adjacent(size)),
      graph.split(projected, into: 3, width: width),
      bias: graph.relativeBias(at: "\(path).bias", RelativePlaces(window: size)),
      mask: shift == Size(0) ? nil : GraphWindowMask(queries: size, keys: size, shift: shift))
    return graph.rolledBack(graph.linear(at: "\(path).output", attended), by: shift)
  }
}

extension Perceptron {
  static func output(
    at path: String, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let inner = graph.apply(.normalRectifier, graph.linear(at: "\(path).first", input))
    return graph.linear(at: "\(path).second", inner)
  }
}

extension TransformerBlock {
  static func output(
    at path: String, heads: Int, window: Int, shift: Int, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let attended = WindowSelfAttention.output(
      at: "\(path).attention", heads: heads, window: window, shift: shift,
      graph.layerNorm(at: "\(path).attentionNorm", input), in: &graph)
    let x = graph.apply(.sum, input, attended)
    let normalized = graph.layerNorm(at: "\(path).perceptronNorm", x)
    return graph.apply(.sum, x, Perceptron.output(at: "\(path).perceptron", normalized, in: &graph))
  }
}

extension ConnectionLayer {
  static func output(
    at path: String, _ kind: Kind, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let x = graph.convolution(at: "\(path).convolutions.0", input, padding: 1)
    guard kind == .bottleneck else { return x }
    let inner = graph.convolution(at: "\(path).convolutions.1", graph.rectified(x, slope: 0.2))
    return graph.convolution(at: "\(path).convolutions.2", graph.rectified(inner, slope: 0.2), padding: 1)
  }
}

extension UpsamplingHead.Plan {
  func output(
    at path: String, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    func convolved(_ name: String, _ x: NetworkGraph.Value) -> NetworkGraph.Value {
      graph.convolution(at: "\(path).\(name)", x, padding: 1)
    }
    var x = hasSteps ? graph.rectified(convolved("first", input), slope: 0.01) : input
    switch kind {
    case .none: break
    case .direct: return graph.apply(.pixelShuffle(factor: scale), convolved("upsampling.0", x))
    case .stepwise:
      for (index, step) in steps.enumerated() {
        x = graph.apply(.pixelShuffle(factor: step), convolved("upsampling.\(index)", x))
      }
    case .nearest:
      for index in steps.indices {
        x = graph.rectified(convolved("upsampling.\(index)", graph.apply(.nearest(factor: 2), x)), slope: 0.2)
      }
      x = graph.rectified(convolved("refinement", x), slope: 0.2)
    }
    return convolved("last", x)
  }
}
