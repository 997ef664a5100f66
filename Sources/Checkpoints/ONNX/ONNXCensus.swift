import Foundation

/// Counts the messages in an ONNX file before they are decoded. One of two bytes takes a hundred times as much memory, so a
/// small file of nothing else would fill it.
struct ONNXCensus {
  /// The fields that hold messages, and what kinds these are.
  private indirect enum Kind {
    case leaf
    case message([UInt64: Kind])

    static let pair = Kind.leaf
    static let tensor = Kind.message([13: pair])
    static let node = Kind.message([5: .leaf])
    static let dimension = Kind.leaf
    static let type = Kind.message([1: .message([2: .message([1: dimension])])])
    static let value = Kind.message([2: type])
    static let graph = Kind.message([1: node, 5: tensor, 11: value, 12: value])
    static let model = Kind.message([7: graph, 8: .leaf, 14: pair])
  }

  /// Many times what the largest networks have.
  private static let mostMessages = 1_000_000

  private let file: Data
  private var count = 0

  /// Throws if the file has more messages than any model, or its fields do not fit into it.
  static func check(_ file: Data) throws(MalformedFile) {
    var census = ONNXCensus(file: file)
    try census.visit(0..<file.count, .model)
  }

  private init(file: Data) { self.file = file }

  private mutating func visit(_ range: Range<Int>, _ kind: Kind) throws(MalformedFile) {
    count += 1
    guard count <= Self.mostMessages else {
      throw MalformedFile("has more than \(Self.mostMessages) parts, which no model has")
    }
    guard case .message(let fields) = kind else { return }
    var position = range.lowerBound
    while position < range.upperBound {
      let tag = try number(at: &position, before: range.upperBound)
      switch tag & 7 {
      case 0: _ = try number(at: &position, before: range.upperBound)
      case 1: position += 8
      case 5: position += 4
      case 2:
        let length = try number(at: &position, before: range.upperBound)
        guard length <= UInt64(range.upperBound - position) else { throw Self.damage }
        let end = position + Int(length)
        if let inner = fields[tag >> 3] { try visit(position..<end, inner) }
        position = end
      default: throw Self.damage
      }
    }
    guard position == range.upperBound else { throw Self.damage }
  }

  /// Seven bits a byte, the lowest first, in bytes of which all but the last have their highest bit set.
  private func number(at position: inout Int, before end: Int) throws(MalformedFile) -> UInt64 {
    var (number, shift) = (UInt64(0), UInt64(0))
    while position < end, shift < 64 {
      let byte = file[position]
      position += 1
      number |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
    throw Self.damage
  }

  private static let damage = MalformedFile("is a damaged or truncated ONNX file")
}
