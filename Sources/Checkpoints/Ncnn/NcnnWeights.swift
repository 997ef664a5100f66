import Foundation
import Tensors

/// The weights of an ncnn graph, a `.bin` file: one array after another, in the order of the layers. Where each begins
/// follows from the lengths of all before it.
struct NcnnWeights {
  struct Values {
    let elementType: ElementType
    let bytes: Range<Int>

    /// The weight of a transposed convolution, stored as `[out, in, kH, kW]`, with PyTorch's order of axes.
    func transposedWeight(_ name: String, _ shape: Shape) throws(MalformedFile) -> StoredTensor {
      let area = shape[2] * shape[3]
      return try StoredTensor(
        name: name, dimensions: shape.dimensions, strides: [area, shape[0] * area, shape[3], 1], offset: 0,
        elementType: elementType, storage: bytes)
    }

    /// - Parameter dimensions: sizes whose product is the number of values.
    func tensor(_ name: String, _ dimensions: [Int]) throws(MalformedFile) -> StoredTensor {
      try StoredTensor(name: name, dimensions: dimensions, elementType: elementType, bytes: bytes)
    }
  }

  private let file: Data
  private var position = 0

  static let halfPrecision: UInt32 = 0x0130_6B47
  private static let rawSinglePrecision = 0x0002_C056
  private static let eightBit = 0x000D_4B38

  /// The arrays of each layer. Throws if the layers have fewer or more weights than the file.
  static func values(of layers: [(NcnnLayer, [NcnnLayer.Array])], in file: Data) throws(MalformedFile) -> [[Values]] {
    var weights = NcnnWeights(file: file)
    var values: [[Values]] = []
    for (layer, arrays) in layers {
      var found: [Values] = []
      for array in arrays {
        switch array {
        case .tagged(let count): found.append(try weights.tagged(count: count, of: layer))
        case .plain(let count): found.append(try weights.single(count, of: layer))
        }
      }
      values.append(found)
    }
    guard weights.position == file.count else {
      throw MalformedFile(
        "is not the graph's: its layers have \(weights.position) bytes of weights, and it has \(file.count)")
    }
    return values
  }

  /// An array that may be compressed: a tag says how its values are stored.
  private mutating func tagged(count: Int, of layer: NcnnLayer) throws(MalformedFile) -> Values {
    let tag = try next(4, of: layer)
    switch try file.integer(UInt32.self, at: tag.lowerBound) {
    case Int(Self.halfPrecision):
      let bytes = try next(2 * count, of: layer)
      // The next array begins at a multiple of 4.
      _ = try next(bytes.count % 4, of: layer)
      return Values(elementType: .float16, bytes: bytes)
    case 0, Self.rawSinglePrecision:
      return try single(count, of: layer)
    case Self.eightBit:
      throw MalformedFile("holds weights of 8 bits, those of \(layer); expected the model before it was quantised")
    case let other:
      throw MalformedFile(
        "holds weights that are quantised by a table, or is not the graph's: those of \(layer) begin with "
          + "0x\(String(other, radix: 16)), expected float16 or float32")
    }
  }

  private mutating func single(_ count: Int, of layer: NcnnLayer) throws(MalformedFile) -> Values {
    Values(elementType: .float32, bytes: try next(4 * count, of: layer))
  }

  private mutating func next(_ length: Int, of layer: NcnnLayer) throws(MalformedFile) -> Range<Int> {
    guard length <= file.count - position else {
      throw MalformedFile(
        "is cut short, or not the graph's: the weights of \(layer) need \(length) bytes at \(position), and it ends at "
          + "\(file.count)")
    }
    defer { position += length }
    return position..<position + length
  }
}
