import Foundation

/// The same conversions in graphs.
extension LabColors {
  /// From L / 50 - 1.
  static func gray(ofLightness lightness: NetworkGraph.Value, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let offset: Float = 16.0 / 116
    let corner: Float = 24.0 / 116
    let root = graph.apply(.shift(by: 66.0 / 116), graph.apply(.scaling(by: 50.0 / 116), lightness))
    let line = graph.apply(.shift(by: -offset), graph.apply(.clamping(to: offset...corner), root))
    let curve = power(root, corner...1, exponent: 3, in: &graph)
    let light = graph.apply(.sum, graph.apply(.scaling(by: 1 / 7.787), line), curve)
    return bent(light, at: 0.0031308, to: 1, slope: 12.92, exponent: 1 / 2.4, factor: 1.055, in: &graph)
  }

  /// a / 110 and b / 110 of sRGB in 0...1.
  static func chroma(of image: NetworkGraph.Value, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let light = bent(
      image, at: 0.04045, to: 1, slope: 1 / 12.92, adding: 0.055, exponent: 2.4, factor: pow(1.055, -2.4), in: &graph)
    let rows: [([Float], white: Float)] = [
      ([0.412453, 0.357580, 0.180423], 0.95047), ([0.212671, 0.715160, 0.072169], 1),
      ([0.019334, 0.119193, 0.950227], 1.08883),
    ]
    let mixed = graph.apply(.mixing(rows.flatMap { row in row.0.map { $0 / row.white } }, outputs: 3), light)
    let roots = bent(mixed, at: 0.008856, to: 2, slope: 7.787, exponent: 1 / 3, factor: 1, in: &graph)
    let (a, b): (Float, Float) = (500.0 / 110, 200.0 / 110)
    return graph.apply(.mixing([a, -a, 0, 0, b, -b], outputs: 2), roots)
  }

  static func luma(of image: NetworkGraph.Value, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    graph.apply(.mixing([0.299, 0.587, 0.114], outputs: 1), image)
  }

  /// A straight line from 0 to a corner, and a power from there on.
  private static func bent(
    _ x: NetworkGraph.Value, at corner: Float, to end: Float, slope: Float, adding offset: Float = 0,
    exponent: Float, factor: Float, in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let line = graph.apply(.scaling(by: slope), graph.apply(.clamping(to: 0...corner), x))
    let curve = power(x, corner...end, adding: offset, exponent: exponent, in: &graph)
    return graph.apply(.sum, line, factor == 1 ? curve : graph.apply(.scaling(by: factor), curve))
  }

  /// How much a power grows within a range.
  private static func power(
    _ x: NetworkGraph.Value, _ range: ClosedRange<Float>, adding offset: Float = 0, exponent: Float,
    in graph: inout NetworkGraph
  ) -> NetworkGraph.Value {
    let clamped = graph.apply(.clamping(to: range), x)
    let raised = graph.apply(.power(exponent), offset == 0 ? clamped : graph.apply(.shift(by: offset), clamped))
    return graph.apply(.shift(by: -pow(range.lowerBound + offset, exponent)), raised)
  }
}

extension ImageNet {
  /// Adds three standardized channels of a gray image to a graph.
  static func standardized(gray: NetworkGraph.Value, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    let image = graph.apply(.mixing([1, 1, 1], outputs: 3), gray)
    let shifted = graph.apply(.channelShift(by: means.map { -$0 }), image)
    return graph.apply(.channelScaling(by: deviations.map { 1 / $0 }), shifted)
  }

  static func colors(_ standardized: NetworkGraph.Value, in graph: inout NetworkGraph) -> NetworkGraph.Value {
    graph.apply(.channelShift(by: means), graph.apply(.channelScaling(by: deviations), standardized))
  }
}
