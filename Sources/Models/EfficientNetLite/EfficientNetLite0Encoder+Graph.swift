import Layers
import Tensors

extension EfficientNetLite0Encoder {
  /// Adds the encoder to a graph, and returns the outputs of its blocks; `Features` says which of them are its features.
  static func outputs(
    at path: String, _ input: NetworkGraph.Value, in graph: inout NetworkGraph
  ) -> [NetworkGraph.Value] {
    let scaled = graph.apply(.shift(by: 0.5 / 128), graph.apply(.scaling(by: 127.5 / 128), input))
    var x = ConvolutionUnit.output(at: "\(path).stem", stride: 2, scaled, in: &graph)
    return plans.enumerated().map { index, plan in
      let (path, start) = ("\(path).blocks.\(index)", x)
      if plan.expansion > 1 { x = ConvolutionUnit.output(at: "\(path).expansion", x, in: &graph) }
      x = ConvolutionUnit.output(
        at: "\(path).depthwise", stride: plan.stride, groups: plan.input * plan.expansion, x, in: &graph)
      x = ConvolutionUnit.output(at: "\(path).projection", isRectified: false, x, in: &graph)
      if plan.stride == 1, plan.input == plan.output { x = graph.apply(.sum, start, x) }
      return x
    }
  }
}

extension ConvolutionUnit {
  /// Images have even sizes at each stride of 2, so that SAME padding is the same for all.
  static func output(
    at path: String, stride: Int = 1, groups: Int = 1, isRectified: Bool = true, _ input: NetworkGraph.Value,
    in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let shape = graph.weight(at: "\(path).convolution")
    var convolution = GraphConvolution(shape)
    let padding = shape[2] - stride
    (convolution.stride, convolution.groups) = (stride, groups)
    (convolution.before, convolution.after) = (padding / 2, padding - padding / 2)
    var norm = GraphNorm(.batch, channels: shape[0])
    norm.epsilon = epsilon
    let x = graph.affineNorm(
      at: "\(path).norm", norm, graph.add(convolution, at: "\(path).convolution", input))
    return isRectified ? graph.apply(.clamping(to: 0...6), x) : x
  }
}
