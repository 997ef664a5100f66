import Layers
import Tensors

extension DeOldify: GraphedNetwork {
  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let gray = LabColors.gray(ofLightness: graph.input, in: &graph)
    let image = colored(gray, configuration, in: &graph)
    let luma = LabColors.luma(of: image, in: &graph)
    let difference = graph.apply(.sum, gray, graph.apply(.scaling(by: -1), luma))
    let joined = graph.apply(.clamping(to: 0...1), graph.apply(.sum, image, difference))
    return LabColors.chroma(of: joined, in: &graph)
  }

  private static func colored(
    _ gray: NetworkGraph.Value, _ configuration: Configuration, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let plan = Plan(configuration)
    let input = ImageNet.standardized(gray: gray, in: &graph)
    let features = ResNetEncoder.features(
      at: "encoder", configuration.encoder, depths: configuration.encoderDepths, input, in: &graph)
    var x = graph.rectified(graph.norm(at: "bottomNorm", .batch, channels: plan.bottom, features[4]))
    for index in 0..<2 { x = RectifiedConvolution.output(at: "bottom.\(index)", x, in: &graph) }
    for (index, (step, skip)) in zip(plan.steps, features[..<4].reversed()).enumerated() {
      x = Step.output(at: "steps.\(index)", step, isFirst: index == 0, x, beside: skip, in: &graph)
    }
    let enlarged = ShuffledEnlargement.output(at: "enlargement", hasNorm: false, x, in: &graph)
    let merged = graph.apply(.concatenation, enlarged, input)
    var refined = merged
    for index in 0..<2 { refined = graph.rectified(graph.convolution(at: "residual.\(index)", refined, padding: 1)) }
    let colors = graph.apply(.sigmoid, graph.convolution(at: "head", graph.apply(.sum, refined, merged)))
    let scaled = graph.apply(.shift(by: -3), graph.apply(.scaling(by: 6), colors))
    return graph.apply(.clamping(to: 0...1), ImageNet.colors(scaled, in: &graph))
  }
}

extension DeOldify.Step {
  /// - Parameter isFirst: whether the enlarged features may be a row and column larger than the encoder's.
  fileprivate static func output(
    at path: String, _ plan: DeOldify.Plan.Step, isFirst: Bool, _ input: NetworkGraph.Value,
    beside skip: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    var x = ShuffledEnlargement.output(at: "\(path).enlargement", hasNorm: true, input, in: &graph)
    if isFirst { x = graph.apply(.nearestResizing, x, skip) }
    let normalized = graph.norm(at: "\(path).skipNorm", .batch, channels: plan.skip, skip)
    x = graph.rectified(graph.apply(.concatenation, x, normalized))
    for index in 0..<(plan.decoder == .deep ? 2 : 1) {
      x = RectifiedConvolution.output(at: "\(path).convolutions.\(index)", x, in: &graph)
    }
    guard plan.hasAttention else { return x }
    return PixelAttention.output(at: "\(path).attention", channels: plan.output, x, in: &graph)
  }
}

extension PixelAttention {
  fileprivate static func output(
    at path: String, channels: Int, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    var attention = GraphAttention(heads: 1, headChannels: channels / 8, .whole)
    (attention.valueChannels, attention.scale) = (channels, 1)
    let parts = ["queries", "keys", "values"].map { graph.linear(at: "\(path).\($0)", input) }
    let attended = graph.attention(attention, parts)
    let share = graph.addNamed(
      .learntScaling(channels: 1), on: [attended], key: graph.key(at: "\(path).share", without: ""))
    return graph.apply(.sum, share, input)
  }
}

extension ResNetEncoder {
  /// Adds the encoder to a graph, and returns its features from the largest to the smallest.
  fileprivate static func features(
    at path: String, _ kind: Kind, depths: [Int], _ image: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> [NetworkGraph.Value] {
    func unit(_ path: String, stride: Int, _ x: NetworkGraph.Value) -> NetworkGraph.Value {
      let shape = graph.weight(at: "\(path).convolution")
      let convolved = graph.convolution(at: "\(path).convolution", x, stride: stride, padding: shape[2] / 2)
      return graph.norm(at: "\(path).norm", .batch, channels: shape[0], convolved)
    }
    var features = [graph.rectified(unit("\(path).stem", stride: 2, image))]
    var x = graph.apply(.maximumPooling(window: 3, stride: 2, padding: 1), features[0])
    for (size, depth) in depths.enumerated() {
      for index in 0..<depth {
        let (block, start) = ("\(path).blocks.\(size).\(index)", x)
        let stride = index == 0 && size > 0 ? 2 : 1
        let count = kind == .basic ? 2 : 3
        for number in 0..<count {
          let isStrided = number == (kind == .basic ? 0 : 1)
          x = unit("\(block).convolutions.\(number)", stride: isStrided ? stride : 1, x)
          if number < count - 1 { x = graph.rectified(x) }
        }
        let isProjected = graph.shape(at: "\(block).projection.convolution.weight") != nil
        let skip = isProjected ? unit("\(block).projection", stride: stride, start) : start
        x = graph.rectified(graph.apply(.sum, x, skip))
      }
      features.append(x)
    }
    return features
  }
}
