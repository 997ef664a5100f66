import Foundation

/// Weights that exporters have renamed or left out, as far as the graph tells what they are.
extension ONNXFile {
  /// More than any network has.
  private static let mostRectifiers = 1000
  /// In bytes. Many rectifiers may name one tensor, which is then repeated.
  private static let largestSlopes = 1 << 16

  static func lostTensors(in graph: ONNXGraphProto) -> [ONNXTensorProto] {
    lostSlopes(in: graph) + (unnormalizedMark(of: graph).map { [$0] } ?? [])
  }

  /// Exporters give a rectifier's slopes the shape of an image, and with it another name. In a list of modules, a rectifier
  /// comes after the convolution whose output it reads.
  private static func lostSlopes(in graph: ONNXGraphProto) -> [ONNXTensorProto] {
    let makers = Dictionary(graph.node.flatMap { node in node.output.map { ($0, node) } }) { first, _ in first }
    let tensors = Dictionary(graph.initializer.map { ($0.name, $0) }) { first, _ in first }
    let lost = graph.node.lazy.compactMap { node -> ONNXTensorProto? in
      guard node.opType == "PRelu", node.input.count == 2, var slopes = tensors[original(node.input[1], makers)],
        !slopes.name.contains("."), slopes.rawData.count <= largestSlopes, slopes.floatData.count <= largestSlopes,
        let convolution = makers[node.input[0]], convolution.opType == "Conv", convolution.input.count > 1,
        let name = next(after: convolution.input[1])
      else { return nil }
      slopes.name = name
      // All but the channels' axis are 1.
      slopes.dims = [slopes.dims.max() ?? 1]
      return slopes
    }
    return Array(lost.prefix(mostRectifiers))
  }

  /// Equal tensors are kept once, and passed on under other names.
  private static func original(_ name: String, _ makers: [String: ONNXNodeProto]) -> String {
    guard let maker = makers[name], maker.opType == "Identity", maker.input.count == 1 else { return name }
    return maker.input[0]
  }

  /// The weight of the module after that of a weight: `body.1.weight` after `body.0.weight`.
  private static func next(after weight: String) -> String? {
    var parts = weight.split(separator: ".").map { String($0) }
    guard parts.count >= 2, parts.last == "weight", let number = Int(parts[parts.count - 2]), number < 1_000_000 else {
      return nil
    }
    parts[parts.count - 2] = String(number + 1)
    return parts.joined(separator: ".")
  }

  /// The tensor by which files say that a SPAN does not normalise its input. Exporters leave it out, because nothing reads it:
  /// the input then goes into a convolution as it is.
  private static func unnormalizedMark(of graph: ONNXGraphProto) -> ONNXTensorProto? {
    let inputs = Set(graph.input.map(\.name))
    guard graph.initializer.contains(where: { $0.name.hasSuffix("conv_cat.weight") }),
      let first = graph.node.first(where: { !inputs.isDisjoint(with: $0.input) }), first.opType == "Conv"
    else { return nil }
    var mark = ONNXTensorProto()
    (mark.name, mark.dims, mark.dataType, mark.floatData) = ("no_norm", [1], .float, [0])
    return mark
  }
}
