import Layers

extension ColorBinNetwork: GraphedNetwork {
  /// With colours of the usual vividness.
  public static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let vividness = usualVividness
    let features = EfficientNetLite0Encoder.outputs(at: "base.encoder", graph.input, in: &graph)
    let scores = graph.convolution(at: "head", EncoderDecoder.output(at: "base", features, in: &graph))
    var bins = graph.apply(.channels(0..<ColorBins.count), scores)
    bins = graph.add(.learntShift(channels: ColorBins.count, factor: vividness - 1), on: bins, key: "rarity")
    let likelihoods = graph.apply(.softmax, graph.apply(.scaling(by: 1 / temperature), bins))
    let chroma = [\SIMD2<Float>.x, \.y].flatMap { axis in ColorBins.colors.map { $0[keyPath: axis] / 110 * vividness } }
    let vivid = graph.apply(.mixing(chroma, outputs: 2), likelihoods)
    let guess = graph.apply(.channels(ColorBins.count..<ColorBins.count + 2), scores)
    let calm = graph.apply(.scaling(by: guessUnit / 110 * (1 - vividness)), guess)
    return graph.apply(.bilinear(factor: reduction), graph.apply(.sum, vivid, calm))
  }
}
