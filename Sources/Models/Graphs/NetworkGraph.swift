import Tensors

/// The operations by which a network computes its output, for comparison with a graph from a file, and to be written as one.
///
/// Equal operations on equal inputs are one value, so two graphs compute the same if their outputs are the same value.
public struct NetworkGraph: Sendable {
  /// The result of an operation.
  public struct Value: Hashable, Comparable, Sendable {
    /// The operation's place in `nodes`.
    package let index: Int

    init(_ index: Int) { self.index = index }

    public static func < (left: Value, right: Value) -> Bool { left.index < right.index }
  }

  /// An operation and what it is applied to.
  package struct Node: Sendable {
    package let operation: GraphOperation
    package let inputs: [Value]
    /// The beginning of the names of its tensors in the network's files; nil if it has none.
    package let key: String?
  }

  private struct Application: Hashable {
    let operation: GraphOperation
    let inputs: [Value]
  }

  private var applications: [Application: Value] = [:]
  private var following: [[Value]: [GraphOperation]] = [:]
  private let shapes: [String: Shape]
  private let keys: [String: String]

  public let input: Value
  /// Each after those that make its inputs.
  package private(set) var nodes: [Node] = []
  /// What the nodes make, in their order.
  package var values: [Value] { nodes.indices.map { Value($0) } }
  /// The tensors of the network's files that are in no operation.
  public private(set) var constants: [(key: String, values: [Float])] = []

  /// An input without operations.
  ///
  /// - Parameter keys: the network's, which tell its weights' shapes.
  init(_ keys: [TensorKey]) {
    shapes = Dictionary(keys.map { ($0.key, $0.shape) }) { first, _ in first }
    self.keys = Dictionary(keys.map { ($0.path, $0.key) }) { first, _ in first }
    input = Value(0)
    append(Application(operation: .input, inputs: []), nil)
  }

  /// The values of operations with weights, with the names of their tensors in the network's files without `.weight` and
  /// the like, in the order in which they were added.
  package var weighted: [(value: Value, key: String)] {
    nodes.enumerated().compactMap { index, node in node.key.map { (Value(index), $0) } }
  }

  /// Adds a convolution that keeps an image's size, whose tensors are `key.weight` and `key.bias`.
  public mutating func convolution(_ key: String, _ x: Value) -> Value {
    add(.convolution(GraphConvolution(shape(of: "\(key).weight"))), on: x, key: key)
  }

  /// Adds a tensor that is in the network's files, and says something about the graph.
  public mutating func addConstant(_ key: String, _ values: [Float]) {
    constants.append((key, values))
  }

  /// Adds a rectifier whose slopes are `key.weight`.
  public mutating func parametricRectifier(_ key: String, _ x: Value) -> Value {
    add(.parametricRectifier(channels: shape(of: "\(key).weight")[0]), on: x, key: key)
  }

  /// The shape that a parameter or statistic of the network has in files, by its path in the network; nil if it has none.
  func shape(at path: String) -> Shape? { keys[path].flatMap { shapes[$0] } }

  /// The beginning of a layer's names in files, by the path of its first parameter.
  func key(at path: String, without suffix: String) -> String {
    guard let key = keys[path], key.hasSuffix(suffix) else { preconditionFailure("the network has no \(path)") }
    return String(key.dropLast(suffix.count))
  }

  private func shape(of key: String) -> Shape {
    guard let shape = shapes[key] else { preconditionFailure("the network has no \(key)") }
    return shape
  }

  mutating func add(_ operation: GraphOperation, on x: Value, key: String) -> Value {
    let application = Application(operation: operation, inputs: [x])
    precondition(applications[application] == nil, "\(key) cannot be told from another layer")
    return append(application, key)
  }

  /// Adds an operation that is another one each time, even on equal inputs: only the names of its tensors tell it.
  ///
  /// - Parameter key: the beginning of these names; nil if it has none.
  mutating func addNamed(_ operation: GraphOperation, on inputs: [Value] = [], key: String? = nil) -> Value {
    nodes.append(Node(operation: operation, inputs: inputs, key: key))
    return Value(nodes.count - 1)
  }

  /// Adds an operation without weights.
  public mutating func apply(_ operation: GraphOperation, _ inputs: Value...) -> Value { apply(operation, inputs) }

  public mutating func apply(_ operation: GraphOperation, _ inputs: [Value]) -> Value {
    let application = Self.application(of: operation, inputs)
    return applications[application] ?? append(application, nil)
  }

  @discardableResult
  private mutating func append(_ application: Application, _ key: String?) -> Value {
    let value = Value(nodes.count)
    applications[application] = value
    if !application.inputs.isEmpty { following[application.inputs, default: []].append(application.operation) }
    nodes.append(Node(operation: application.operation, inputs: application.inputs, key: key))
    return value
  }

  private static func application(of operation: GraphOperation, _ inputs: [Value]) -> Application {
    Application(operation: operation, inputs: operation.isCommutative ? inputs.sorted() : inputs)
  }

  /// The value of an operation; nil if the network has none such.
  package func value(of operation: GraphOperation, on inputs: [Value]) -> Value? {
    applications[Self.application(of: operation, inputs)]
  }

  /// The operations that the network has on these inputs alone.
  package func operations(on inputs: [Value]) -> [GraphOperation] { following[inputs] ?? [] }
}
