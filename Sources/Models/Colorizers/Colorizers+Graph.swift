/// The parts that fastai's U-Nets share.
extension ShuffledEnlargement {
  static func output(
    at path: String, factor: Int = 2, hasNorm: Bool, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    var x = graph.convolution(at: "\(path).convolution", input)
    if hasNorm {
      let channels = graph.weight(at: "\(path).convolution")[0]
      x = graph.norm(at: "\(path).norm", .batch, channels: channels, x)
    }
    return graph.apply(.cornerMean, graph.apply(.pixelShuffle(factor: factor), graph.rectified(x)))
  }
}

extension RectifiedConvolution {
  static func output(
    at path: String, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let x = graph.rectified(graph.convolution(at: "\(path).convolution", input, padding: 1))
    let channels = graph.weight(at: "\(path).convolution")[0]
    return graph.norm(at: "\(path).norm", .batch, channels: channels, x)
  }
}
