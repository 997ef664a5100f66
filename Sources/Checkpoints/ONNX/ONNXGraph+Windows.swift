import Models
import Tensors

/// A tensor's size along an axis: known, or a tensor that is computed while the graph runs. As ONNX has it, 0 is the size that
/// the tensor had there before, -1 what remains.
enum ONNXExtent: ExpressibleByIntegerLiteral {
  case known(Int)
  case computed(String)

  init(integerLiteral value: Int) { self = .known(value) }
}

/// Images cut into windows, and made of these again.
extension ONNXGraph {
  /// The sizes along rows and columns, each cut in two, whether windows or their pixels come first there, and the sizes of
  /// a window's pixels.
  private struct Cut {
    var rows: [ONNXExtent], columns: [ONNXExtent]
    var areWindowsFirst: Bool
    var pixels: [ONNXExtent]
  }

  private mutating func cut(_ windows: GraphWindows, of image: String) -> Cut {
    switch windows {
    case .adjacent(let size), .around(let size, _):
      let stride = if case .around(_, let stride) = windows { stride } else { size }
      return Cut(
        rows: [rows(of: image, over: stride.height), .known(size.height)], columns: [-1, .known(size.width)],
        areWindowsFirst: true, pixels: [.known(size.height), .known(size.width)])
    case .spread(let size):
      return Cut(
        rows: [.known(size.height), rows(of: image, over: size.height)], columns: [.known(size.width), -1],
        areWindowsFirst: false, pixels: [.known(size.height), .known(size.width)])
    case .interleaved(let count):
      let rows = rows(of: image, over: count.height)
      return Cut(
        rows: [rows, .known(count.height)], columns: [-1, .known(count.width)], areWindowsFirst: false,
        pixels: [rows, -1])
    }
  }

  /// `[N, C, H, W]` as `[N, rows of windows, columns, heads, pixels, channels]`, or with the last two axes swapped.
  ///
  /// - Parameter channels: each head's.
  mutating func windows(
    _ windows: GraphWindows, of image: String, heads: Int, channels: Int, arePixelsLast: Bool
  ) -> String {
    let cut = cut(windows, of: image)
    var image = image
    if case .around(let size, let stride) = windows { image = overlapping(size, around: stride, of: image) }
    let split = node(
      "Reshape", [image, shape([0, .known(heads), .known(channels)] + cut.rows + cut.columns)])
    let (window, pixel) = cut.areWindowsFirst ? ([3, 5], [4, 6]) : ([4, 6], [3, 5])
    let order = [0] + window + [1] + (arePixelsLast ? [2] + pixel : pixel + [2])
    let sorted = node("Transpose", [split], [.integers("perm", order)])
    let last: [ONNXExtent] = arePixelsLast ? [.known(channels), -1] : [-1, .known(channels)]
    return node("Reshape", [sorted, shape([0, 0, 0, 0] + last)])
  }

  /// The reverse of `windows`.
  ///
  /// - Parameter original: an image of the size that is made.
  mutating func image(
    ofWindows parts: String, _ windows: GraphWindows, like original: String, heads: Int, channels: Int,
    arePixelsLast: Bool
  ) -> String {
    let cut = cut(windows, of: original)
    let last = arePixelsLast ? [.known(channels)] + cut.pixels : cut.pixels + [.known(channels)]
    let split = node("Reshape", [parts, shape([0, 0, 0, 0] + last)])
    let (channel, pixel) = arePixelsLast ? (4, [5, 6]) : (6, [4, 5])
    let places = cut.areWindowsFirst ? [1, pixel[0], 2, pixel[1]] : [pixel[0], 1, pixel[1], 2]
    let sorted = node("Transpose", [split], [.integers("perm", [0, 3, channel] + places)])
    return node("Reshape", [sorted, shape([0, .known(heads * channels), rows(of: original, over: 1), -1])])
  }

  /// Windows of an image with zeros around it, `[N, C, rows of windows, height, columns, width]`.
  private mutating func overlapping(_ size: Size, around stride: Size, of image: String) -> String {
    let (top, left) = ((size.height - stride.height) / 2, (size.width - stride.width) / 2)
    let padded = node("Pad", [image, integers([0, 0, top, left, 0, 0, top, left])])
    let rows = node("Gather", [padded, places(axis: 2, size.height, stride.height, of: image)], [.integer("axis", 2)])
    return node("Gather", [rows, places(axis: 3, size.width, stride.width, of: image)], [.integer("axis", 4)])
  }

  /// The places of each window's pixels along an axis, `[windows, size]`.
  private mutating func places(axis: Int, _ size: Int, _ stride: Int, of image: String) -> String {
    let count = node("Div", [length(of: image, axis: axis), integers([stride])])
    let starts = node("Mul", [range(to: count), integers([stride])])
    let column = node("Reshape", [starts, integers([-1, 1])])
    return node("Add", [column, integers(Array(0..<size))])
  }

  mutating func rows(of image: String, over divisor: Int) -> ONNXExtent {
    let length = length(of: image, axis: 2)
    return .computed(divisor == 1 ? length : node("Div", [length, integers([divisor])]))
  }

  /// An image's size along an axis, `[1]`.
  mutating func length(of image: String, axis: Int) -> String {
    node("Shape", [image], [.integer("start", axis), .integer("end", axis + 1)])
  }

  /// The whole numbers from 0 to before that of a tensor `[1]`.
  mutating func range(to count: String) -> String {
    let limits = [integers([0]), count, integers([1])].map { node("Squeeze", [$0]) }
    return node("Range", limits)
  }

  mutating func shape(_ extents: [ONNXExtent]) -> String {
    let known = extents.compactMap { if case .known(let size) = $0 { size } else { nil } }
    if known.count == extents.count { return integers(known) }
    let parts = extents.map { extent in
      switch extent {
      case .known(let size): integers([size])
      case .computed(let name): name
      }
    }
    return node("Concat", parts, [.integer("axis", 0)])
  }
}
