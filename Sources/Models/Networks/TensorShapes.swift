import Layers
import Tensors

/// The names and shapes of a file's tensors, from which networks are recognised. Prefixes common to the whole network
/// are removed.
public struct TensorShapes: Sendable {
  private let shapes: [String: Shape]
  /// In the file's order, which in PyTorch's files is that of the modules; sorted where no order is known.
  public let namesInOrder: [String]

  public init(_ shapes: [String: Shape]) {
    self.init(shapes, order: shapes.keys.sorted())
  }

  /// - Parameter order: all names, in the file's order.
  public init(_ shapes: [String: Shape], order: [String]) {
    self.shapes = shapes
    namesInOrder = order
  }

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

  /// The kind of norm in the module of that name; one without tensors is an instance norm.
  func norm(_ module: String) -> Norm {
    guard self["\(module).weight"] != nil else { return .instance }
    return self["\(module).running_mean"] == nil ? .affineInstance : .batch
  }

  /// The number of consecutive tensors `name(0)`, `name(1)` and so on.
  public func count(_ name: (Int) -> String) -> Int {
    var count = 0
    while self[name(count)] != nil { count += 1 }
    return count
  }
}
