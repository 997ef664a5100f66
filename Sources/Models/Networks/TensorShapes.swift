import Tensors

/// The names and shapes of a file's tensors, from which networks are recognised. Prefixes common to the whole network
/// are removed.
public struct TensorShapes: Sendable {
  private let shapes: [String: Shape]

  public init(_ shapes: [String: Shape]) { self.shapes = shapes }

  public subscript(_ name: String) -> Shape? { shapes[name] }

  /// Sorted.
  public var names: [String] { shapes.keys.sorted() }

  /// The channels of a convolution's weight `[output, input, kernel, kernel]`; nil if there is no such tensor.
  public func convolution(_ name: String, kernel: Int) -> (input: Int, output: Int)? {
    guard let shape = self[name], shape.rank == 4, shape[2] == kernel, shape[3] == kernel, shape.count > 0 else {
      return nil
    }
    return (shape[1], shape[0])
  }

  /// The number of consecutive tensors `name(0)`, `name(1)` and so on.
  public func count(_ name: (Int) -> String) -> Int {
    var count = 0
    while self[name(count)] != nil { count += 1 }
    return count
  }
}
