/// The sizes of an array's axes, outermost first. Images and activations are `[N, H, W, C]`.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  public let dimensions: [Int]

  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "sizes cannot be negative: \(dimensions)")
    self.dimensions = dimensions
  }

  public init(arrayLiteral elements: Int...) {
    self.init(elements)
  }

  public var rank: Int { dimensions.count }

  /// The number of values, 1 for a scalar's empty shape.
  public var count: Int { dimensions.reduce(1, *) }

  /// The size of one axis; negative axes count from the last, which is -1.
  public subscript(axis: Int) -> Int { dimensions[axis < 0 ? axis + rank : axis] }

  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }

  /// The shape of both arrays after broadcasting: axes are aligned at the last one, and axes of size 1 take the other's
  /// size.
  func broadcast(with other: Shape) -> Shape {
    let rank = max(self.rank, other.rank)
    let left = padded(to: rank).dimensions
    let right = other.padded(to: rank).dimensions
    return Shape(
      zip(left, right).map { a, b in
        precondition(a == b || a == 1 || b == 1, "shapes \(self) and \(other) cannot be broadcast together")
        return a == 1 ? b : a
      })
  }

  /// This shape with axes of size 1 added in front.
  func padded(to rank: Int) -> Shape {
    Shape(Array(repeating: 1, count: rank - self.rank) + dimensions)
  }
}
