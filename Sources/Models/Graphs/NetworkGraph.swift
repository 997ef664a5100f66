import Tensors

/// The operations by which a network computes its output, for comparison with a graph from a file.
///
/// Equal operations on equal inputs are one value, so two graphs compute the same if their outputs are the same value.
public struct NetworkGraph: Sendable {
  /// The result of an operation.
  public struct Value: Hashable, Comparable, Sendable {
    private let index: Int

    init(_ index: Int) { self.index = index }

    public static func < (left: Value, right: Value) -> Bool { left.index < right.index }
  }

  private struct Node: Hashable {
    let operation: GraphOperation
    let inputs: [Value]
  }

  private var values: [Node: Value] = [:]
  private var following: [[Value]: [GraphOperation]] = [:]
  private let shapes: [String: Shape]

  public let input: Value
  /// The values of operations with weights, with the names of their tensors in the network's files without `.weight` and
  /// `.bias`, in the order in which they were added.
  public private(set) var weighted: [(value: Value, key: String)] = []
  /// The tensors of the network's files that are in no operation.
  public private(set) var constants: [(key: String, values: [Float])] = []

  /// An input without operations.
  ///
  /// - Parameter keys: the network's, which tell its weights' shapes.
  init(_ keys: [TensorKey]) {
    shapes = Dictionary(keys.map { ($0.key, $0.shape) }) { first, _ in first }
    input = Value(0)
    values[Node(operation: .input, inputs: [])] = input
  }

  /// Adds a convolution whose tensors are `key.weight` and `key.bias`.
  public mutating func convolution(_ key: String, _ x: Value) -> Value {
    add(.convolution(shape(of: key)), on: x, key: key)
  }

  /// Adds a tensor that is in the network's files, and says something about the graph.
  public mutating func addConstant(_ key: String, _ values: [Float]) {
    constants.append((key, values))
  }

  /// Adds a rectifier whose slopes are `key.weight`.
  public mutating func parametricRectifier(_ key: String, _ x: Value) -> Value {
    add(.parametricRectifier(channels: shape(of: key)[0]), on: x, key: key)
  }

  private func shape(of key: String) -> Shape {
    guard let shape = shapes["\(key).weight"] else { preconditionFailure("the network has no \(key).weight") }
    return shape
  }

  private mutating func add(_ operation: GraphOperation, on x: Value, key: String) -> Value {
    precondition(value(of: operation, on: [x]) == nil, "\(key) cannot be told from another layer")
    let value = apply(operation, x)
    weighted.append((value, key))
    return value
  }

  /// Adds an operation without weights.
  public mutating func apply(_ operation: GraphOperation, _ inputs: Value...) -> Value { apply(operation, inputs) }

  public mutating func apply(_ operation: GraphOperation, _ inputs: [Value]) -> Value {
    let node = Self.node(operation, inputs)
    if let value = values[node] { return value }
    let value = Value(values.count)
    values[node] = value
    following[node.inputs, default: []].append(operation)
    return value
  }

  private static func node(_ operation: GraphOperation, _ inputs: [Value]) -> Node {
    Node(operation: operation, inputs: operation.isCommutative ? inputs.sorted() : inputs)
  }

  /// The value of an operation; nil if the network has none such.
  package func value(of operation: GraphOperation, on inputs: [Value]) -> Value? {
    values[Self.node(operation, inputs)]
  }

  /// The operations that the network has on these inputs alone.
  package func operations(on inputs: [Value]) -> [GraphOperation] { following[inputs] ?? [] }
}
