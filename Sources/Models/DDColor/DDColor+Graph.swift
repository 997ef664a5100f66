import Layers
import Tensors

extension DDColor: GraphedNetwork {
  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let plan = Plan(configuration)
    let image = standardized(LabColors.gray(ofLightness: graph.input, in: &graph), in: &graph)
    let encoded = ConvNeXtEncoder.features(
      at: "encoder", depths: configuration.encoderDepths, image, in: &graph)
    var (x, features) = (encoded[3], [NetworkGraph.Value]())
    for (index, (step, skip)) in zip(plan.steps, encoded[..<3].reversed()).enumerated() {
      let path = "steps.\(index)"
      let enlarged = ShuffledEnlargement.output(at: "\(path).enlargement", hasNorm: true, x, in: &graph)
      let normalized = graph.norm(at: "\(path).skipNorm", .batch, channels: step.skip, skip)
      let joined = graph.rectified(graph.apply(.concatenation, enlarged, normalized))
      x = RectifiedConvolution.output(at: "\(path).convolution", joined, in: &graph)
      features.append(x)
    }
    let queries = ColorQueries.output(of: configuration, at: "queries", features, in: &graph)
    let pixels = ShuffledEnlargement.output(
      at: "enlargement", factor: Plan.factor, hasNorm: false, x, in: &graph)
    let shares = graph.apply(.pixelProducts(count: configuration.queries), queries, pixels)
    let colors = graph.convolution(at: "refinement", graph.apply(.concatenation, shares, image))
    return graph.apply(.scaling(by: 1 / 110), colors)
  }

  /// By the mean and deviation in the file.
  private static func standardized(_ gray: NetworkGraph.Value, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let (mean, deviation) = (
      graph.table(at: "mean", pixels: 1, channels: Plan.colors),
      graph.table(at: "deviation", pixels: 1, channels: Plan.colors)
    )
    let image = graph.apply(.mixing([1, 1, 1], outputs: Plan.colors), gray)
    let shifted = graph.apply(.sum, image, graph.apply(.scaling(by: -1), mean))
    return graph.apply(.product, shifted, graph.apply(.power(-1), deviation))
  }
}

extension NetworkGraph {
  fileprivate mutating func table(at path: String, pixels: Int, channels: Int) -> Value {
    addNamed(.table(pixels: pixels, channels: channels), key: key(at: path, without: ""))
  }
}

extension ConvNeXtEncoder {
  /// Adds the encoder to a graph, and returns its features from the largest to the smallest.
  fileprivate static func features(
    at path: String, depths: [Int], _ image: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> [NetworkGraph.Value] {
    func normalized(_ name: String, _ x: NetworkGraph.Value) -> NetworkGraph.Value {
      graph.layerNorm(at: "\(path).\(name)", epsilon: 1e-6, x)
    }
    var x = normalized("stemNorm", graph.convolution(at: "\(path).stem", image, stride: 4))
    return depths.enumerated().map { size, depth in
      if size > 0 {
        x = graph.convolution(
          at: "\(path).halvings.\(size - 1)", normalized("halvingNorms.\(size - 1)", x), stride: 2)
      }
      for index in 0..<depth {
        let (block, start) = ("\(path).blocks.\(size).\(index)", x)
        let channels = graph.weight(at: "\(block).depthwise")[0]
        x = graph.convolution(at: "\(block).depthwise", x, padding: Block.kernel / 2, groups: channels)
        x = graph.linear(at: "\(block).first", normalized("blocks.\(size).\(index).norm", x))
        x = graph.linear(at: "\(block).second", graph.apply(.normalRectifier, x))
        x = graph.addNamed(
          .learntScaling(channels: channels), on: [x], key: graph.key(at: "\(block).gain", without: ""))
        x = graph.apply(.sum, x, start)
      }
      return normalized("norms.\(size)", x)
    }
  }
}

extension ColorQueries {
  /// A row of pixels, one for each query.
  fileprivate static func output(
    of configuration: DDColor.Configuration, at path: String, _ features: [NetworkGraph.Value],
    in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let (count, width) = (configuration.queries, configuration.queryWidth)
    let sizes = graph.table(at: "\(path).sizes", pixels: features.count, channels: width)
    let seen = features.enumerated().map { index, feature in
      let size = graph.apply(.columns(index..<index + 1), sizes)
      let contents = graph.apply(.sum, graph.convolution(at: "\(path).projections.\(index)", feature), size)
      return (contents: contents, places: graph.apply(.waves(channels: width), feature))
    }
    let places = graph.table(at: "\(path).places", pixels: count, channels: width)
    var x = graph.table(at: "\(path).contents", pixels: count, channels: width)
    for index in 0..<configuration.layers {
      let (round, seen) = ("\(path).rounds.\(index)", seen[index % seen.count])
      x = QueryAttention.output(
        at: "\(round).toFeatures", width: width, (x, places), looking: seen, in: &graph)
      x = QueryAttention.output(
        at: "\(round).toEachOther", width: width, (x, places), looking: (x, places), in: &graph)
      let inner = graph.rectified(graph.linear(at: "\(round).first", x))
      x = graph.layerNorm(at: "\(round).norm", graph.apply(.sum, x, graph.linear(at: "\(round).second", inner)))
    }
    x = graph.layerNorm(at: "\(path).norm", x)
    for index in 0..<2 { x = graph.rectified(graph.linear(at: "\(path).colors.\(index)", x)) }
    return graph.linear(at: "\(path).colors.2", x)
  }
}

extension QueryAttention {
  fileprivate typealias Placed = (contents: NetworkGraph.Value, places: NetworkGraph.Value)

  fileprivate static func output(
    at path: String, width: Int, _ queries: Placed, looking seen: Placed, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let key = graph.key(at: "\(path).projection.weight", without: "_weight")
    let placed = [queries, seen].map { graph.apply(.sum, $0.contents, $0.places) }
    let parts = (placed + [seen.contents]).enumerated().map { part, x in
      graph.addNamed(.linearPart(part, weight: [3 * width, width]), on: [x], key: key)
    }
    let attended = graph.attention(
      GraphAttention(heads: heads, headChannels: width / heads, .whole), parts)
    let mixed = graph.linear(at: "\(path).output", attended)
    return graph.layerNorm(at: "\(path).norm", graph.apply(.sum, queries.contents, mixed))
  }
}
