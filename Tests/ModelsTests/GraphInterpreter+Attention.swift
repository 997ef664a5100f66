import Foundation
import Models
import Tensors

/// Attention, image by image and pixel by pixel as `GraphAttention` says it, not as networks compute it.
extension GraphInterpreter {
  func rolled(_ x: Tensor, by amount: Size) -> Tensor {
    func places(_ length: Int, _ amount: Int) -> [Int] { (0..<length).map { ($0 + amount + length) % length } }
    return x.gathered(rows: places(x.shape[1], amount.height), columns: places(x.shape[2], amount.width))
  }

  func result(of attention: GraphAttention, _ inputs: [Tensor]) -> Tensor {
    let (queries, cut) = windows(attention.queries, of: inputs[0], heads: attention.heads)
    let keys = windows(attention.keys, of: inputs[1], heads: attention.heads).parts
    let values = windows(attention.keys, of: inputs[2], heads: attention.heads).parts
    // The same queries for all images.
    let shape = Shape([keys.shape[0]] + queries.shape.dimensions.dropFirst())
    var scores = queries.broadcast(to: shape).matrixProduct(with: keys, transposingRight: true) * attention.scale
    if attention.hasBias {
      let bias = inputs[3]
      scores = scores + bias.reshaped(to: Shape(Array(bias.shape.dimensions.dropFirst()))).transposed([2, 0, 1])
    }
    if attention.hasMask { scores = scores + inputs[inputs.count - 1] }
    return image(of: scores.softmax().matrixProduct(with: values), cut)
  }

  func waves(channels: Int, like image: Tensor) -> Tensor {
    let (height, width, half) = (image.shape[1], image.shape[2], channels / 2)
    func wave(_ place: Int, _ length: Int, _ channel: Int) -> Float {
      let angle =
        2 * Double.pi * Double(place + 1) / Double(length) / pow(10000, Double(channel / 2 * 2) / Double(half))
      return Float(channel % 2 == 0 ? sin(angle) : cos(angle))
    }
    let values = (0..<height).flatMap { y in
      (0..<width).flatMap { x in
        (0..<half).map { wave(y, height, $0) } + (0..<half).map { wave(x, width, $0) }
      }
    }
    return Tensor(NDArray(values, shape: [1, height, width, channels]))
  }

  func products(of image: Tensor, with queries: Tensor) -> Tensor {
    let (batch, channels) = (image.shape[0], image.shape[3])
    return image.reshaped(to: [batch, image.shape[1] * image.shape[2], channels])
      .matrixProduct(with: queries.reshaped(to: [batch, queries.shape[2], channels]), transposingRight: true)
      .reshaped(to: [batch, image.shape[1], image.shape[2], queries.shape[2]])
  }

  func result(of attention: GraphChannelAttention, _ inputs: [Tensor], temperature: Tensor) -> Tensor {
    let (queries, cut) = windows(attention.windows, of: inputs[0], heads: attention.heads)
    let keys = windows(attention.windows, of: inputs[1], heads: attention.heads).parts
    let values = windows(attention.windows, of: inputs[2], heads: attention.heads).parts
    func directions(_ x: Tensor) -> Tensor {
      let squares = x.squared().sum(axes: [3], keepingDimensions: true)
      return x / squares.clamped(to: GraphChannelAttention.leastSquare ... .infinity).squareRoot()
    }
    let likeness = directions(queries).matrixProduct(with: directions(keys), transposingLeft: true) * temperature
    return image(of: values.matrixProduct(with: likeness.softmax(), transposingRight: true), cut)
  }

  /// `[windows, 1, queries, keys]`.
  func separation(_ mask: GraphWindowMask, of image: Tensor) -> Tensor {
    let (height, width) = (image.shape[1], image.shape[2])
    func sides(_ size: Size) -> [[Int]] {
      func isMoved(_ place: Int, _ length: Int, _ window: Int, _ query: Int, _ shift: Int) -> Bool {
        // The last of the queries that this one stands for.
        ((place + 1) * query - 1) / window >= length - shift
      }
      let image = Size(
        height: height * size.height / mask.queries.height, width: width * size.width / mask.queries.width)
      return stride(from: 0, to: image.height, by: size.height).flatMap { top in
        stride(from: 0, to: image.width, by: size.width).map { left in
          (0..<size.height * size.width).map { pixel in
            let (y, x) = (top + pixel / size.width, left + pixel % size.width)
            return (isMoved(y, height, size.height, mask.queries.height, mask.shift.height) ? 1 : 0)
              + (isMoved(x, width, size.width, mask.queries.width, mask.shift.width) ? 2 : 0)
          }
        }
      }
    }
    let (queries, keys) = (sides(mask.queries), sides(mask.keys))
    let values = zip(queries, keys).flatMap { queries, keys in
      queries.flatMap { query in keys.map { $0 == query ? 0 : GraphWindowMask.penalty } }
    }
    return Tensor(NDArray(values, shape: [queries.count, 1, queries[0].count, keys[0].count]))
  }

  /// Windows along both axes: for each, the places of its pixels; -1 for zeros.
  private struct Cut {
    let rows: [[Int]], columns: [[Int]]
    let height: Int, width: Int
  }

  private func places(_ windows: GraphWindows, _ length: Int, _ axis: KeyPath<Size, Int>) -> [[Int]] {
    switch windows {
    case .adjacent(let size):
      return stride(from: 0, to: length, by: size[keyPath: axis]).map { Array($0..<$0 + size[keyPath: axis]) }
    case .spread(let size):
      let step = length / size[keyPath: axis]
      return (0..<step).map { Array(stride(from: $0, to: length, by: step)) }
    case .interleaved(let count):
      return (0..<count[keyPath: axis]).map { Array(stride(from: $0, to: length, by: count[keyPath: axis])) }
    case .around(let size, let inner):
      let margin = (size[keyPath: axis] - inner[keyPath: axis]) / 2
      return stride(from: -margin, to: length - margin, by: inner[keyPath: axis]).map { start in
        (start..<start + size[keyPath: axis]).map { (0..<length).contains($0) ? $0 : -1 }
      }
    }
  }

  /// `[N, windows, heads, pixels, channels]`.
  private func windows(_ windows: GraphWindows, of image: Tensor, heads: Int) -> (parts: Tensor, cut: Cut) {
    let cut = Cut(
      rows: places(windows, image.shape[1], \.height), columns: places(windows, image.shape[2], \.width),
      height: image.shape[1], width: image.shape[2])
    let (batch, channels) = (image.shape[0], image.shape[3] / heads)
    let (height, width) = (cut.rows[0].count, cut.columns[0].count)
    let parts = image.gathered(rows: cut.rows.flatMap { $0 }, columns: cut.columns.flatMap { $0 })
      .reshaped(to: [batch, cut.rows.count, height, cut.columns.count, width, heads, channels])
      .transposed([0, 1, 3, 5, 2, 4, 6])
      .reshaped(to: [batch, cut.rows.count * cut.columns.count, heads, height * width, channels])
    return (parts, cut)
  }

  private func image(of parts: Tensor, _ cut: Cut) -> Tensor {
    let (batch, heads, channels) = (parts.shape[0], parts.shape[2], parts.shape[4])
    let (height, width) = (cut.rows[0].count, cut.columns[0].count)
    func order(_ places: [[Int]], _ length: Int) -> [Int] {
      var order = Array(repeating: -1, count: length)
      for (index, place) in places.joined().enumerated() { order[place] = index }
      return order
    }
    return parts.reshaped(to: [batch, cut.rows.count, cut.columns.count, heads, height, width, channels])
      .transposed([0, 1, 4, 2, 5, 3, 6]).reshaped(to: [batch, cut.height, cut.width, heads * channels])
      .gathered(rows: order(cut.rows, cut.height), columns: order(cut.columns, cut.width))
  }
}
