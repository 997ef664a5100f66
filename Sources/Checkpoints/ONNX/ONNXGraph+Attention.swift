import Models
import Tensors

extension ONNXGraph {
  /// - Parameter inputs: queries, keys and values, then what is added to scores.
  mutating func output(of attention: GraphAttention, _ inputs: [String]) -> String {
    let heads = attention.heads
    let queries = windows(
      attention.queries, of: inputs[0], heads: heads, channels: attention.headChannels, arePixelsLast: false)
    let keys = windows(
      attention.keys, of: inputs[1], heads: heads, channels: attention.headChannels, arePixelsLast: true)
    let values = windows(
      attention.keys, of: inputs[2], heads: heads, channels: attention.valueChannels, arePixelsLast: false)
    let products = node("MatMul", [node("Mul", [queries, constant(attention.scale)]), keys])
    let scores = inputs.dropFirst(3).reduce(products) { node("Add", [$0, $1]) }
    let shares = node("Softmax", [scores], [.integer("axis", -1)])
    return image(
      ofWindows: node("MatMul", [shares, values]), attention.queries, like: inputs[0], heads: heads,
      channels: attention.valueChannels, arePixelsLast: false)
  }

  /// - Parameter temperature: `[heads, 1, 1]`.
  mutating func output(
    of attention: GraphChannelAttention, _ inputs: [String], temperature: String
  ) -> String {
    func cut(_ image: String, arePixelsLast: Bool) -> String {
      windows(
        attention.windows, of: image, heads: attention.heads, channels: attention.headChannels,
        arePixelsLast: arePixelsLast)
    }
    let queries = directions(of: cut(inputs[0], arePixelsLast: true), pixels: -1)
    let keys = directions(of: cut(inputs[1], arePixelsLast: false), pixels: -2)
    let likeness = node("Mul", [node("MatMul", [queries, keys]), temperature])
    let shares = node("Softmax", [likeness], [.integer("axis", -1)])
    return image(
      ofWindows: node("MatMul", [shares, cut(inputs[2], arePixelsLast: true)]), attention.windows, like: inputs[0],
      heads: attention.heads, channels: attention.headChannels, arePixelsLast: true)
  }

  /// Divided by their lengths along an axis.
  private mutating func directions(of vectors: String, pixels axis: Int) -> String {
    let squares = node("ReduceSumSquare", [vectors], [.integers("axes", [axis]), .integer("keepdims", 1)])
    let length = node("Sqrt", [node("Max", [squares, constant(GraphChannelAttention.leastSquare)])])
    return node("Div", [vectors, length])
  }

  /// `[rows of windows, columns, 1, queries, keys]`: 0 where a query may see a key.
  mutating func output(of mask: GraphWindowMask, like image: String) -> String {
    let (queries, keys) = (mask.queries, mask.keys)
    let rows = separation(
      axis: 2, queries.height, keys.height, shift: mask.shift.height, of: image,
      [-1, 1, queries.height, 1, 1, 1], [-1, 1, 1, 1, keys.height, 1])
    let columns = separation(
      axis: 3, queries.width, keys.width, shift: mask.shift.width, of: image,
      [1, -1, 1, queries.width, 1, 1], [1, -1, 1, 1, 1, keys.width])
    let penalties = node(
      "Where", [node("Or", [rows, columns]), constant(GraphWindowMask.penalty), constant(0)])
    return node(
      "Reshape", [penalties, integers([0, 0, 1, queries.height * queries.width, keys.height * keys.width])])
  }

  /// Whether queries and keys come from opposite sides along an axis, in shapes that can be compared.
  private mutating func separation(
    axis: Int, _ query: Int, _ key: Int, shift: Int, of image: String, _ queryShape: [Int], _ keyShape: [Int]
  ) -> String {
    let length = length(of: image, axis: axis)
    let keys = node("Div", [node("Mul", [length, integers([key])]), integers([query])])
    let sides = [(length, shift, queryShape), (keys, (shift * key + query - 1) / query, keyShape)].map {
      length, shift, shape in
      let first = node("Sub", [length, integers([shift])])
      return node("Reshape", [node("GreaterOrEqual", [range(to: length), first]), integers(shape)])
    }
    return node("Xor", sides)
  }

  /// A bias for each head, query and key, `[1, heads, queries, keys]`, of an image with a pixel for each distance.
  mutating func output(of places: RelativePlaces, table: String) -> String {
    let distances = node("Reshape", [table, integers([0, 0, -1])])
    return node(
      "Gather", [distances, integers(places.places, [places.queries, places.keys])], [.integer("axis", 2)])
  }
}
