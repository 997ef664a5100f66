import Foundation

/// What queries of whole images need.
extension ONNXGraph {
  /// `[1, channels, H, W]`.
  mutating func waves(channels: Int, like image: String) -> String {
    let half = channels / 2
    let shape = shape([1, .known(half), rows(of: image, over: 1), .computed(length(of: image, axis: 3))])
    let parts = [(2, [1, half, -1, 1]), (3, [1, half, 1, -1])].map { axis, lengthwise in
      node("Expand", [node("Reshape", [waves(half, axis: axis, of: image), integers(lengthwise)]), shape])
    }
    return node("Concat", parts, [.integer("axis", 1)])
  }

  /// `[channels, length]`. A cosine is a sine that begins a quarter of a wave later.
  private mutating func waves(_ channels: Int, axis: Int, of image: String) -> String {
    let length = length(of: image, axis: axis)
    let float = ONNXAttributeProto.integer("to", ONNXTensorProto.DataType.float.rawValue)
    let places = node("Cast", [node("Add", [range(to: length), integers([1])])], [float])
    let shares = node("Div", [places, node("Cast", [length], [float])])
    let frequencies = (0..<channels).map {
      Float(2 * Double.pi / pow(10000, Double($0 / 2 * 2) / Double(channels)))
    }
    let starts = (0..<channels).map { Float($0 % 2 == 0 ? 0 : Double.pi / 2) }
    let angles = node("Mul", [constant(frequencies, [channels, 1]), shares])
    return node("Sin", [node("Add", [angles, constant(starts, [channels, 1])])])
  }

  /// `[N, count, H, W]`, of an image `[N, C, H, W]` and as many queries `[N, C, 1, count]`.
  mutating func products(of image: String, with queries: String, count: Int) -> String {
    let rows = [queries, image].map { node("Reshape", [$0, integers([0, 0, -1])]) }
    let products = node("MatMul", [node("Transpose", [rows[0]], [.integers("perm", [0, 2, 1])]), rows[1]])
    return node("Reshape", [products, shape([0, .known(count), self.rows(of: image, over: 1), -1])])
  }
}
