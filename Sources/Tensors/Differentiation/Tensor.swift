/// An immutable array with its node in the graph that gradients are computed from.
///
/// A tensor must stay on the thread that made it; its value, an `NDArray`, may cross threads.
public struct Tensor {
  public let value: NDArray
  /// How the value was computed; nil for a constant.
  let node: Node?

  /// A constant: no gradient flows through it.
  public init(_ value: NDArray) {
    self.init(value, node: nil)
  }

  /// A leaf that gradients can be taken with respect to, such as a parameter.
  public init(variable value: NDArray) {
    self.init(value, node: Node(operation: nil, inputs: [], output: nil))
  }

  public init(_ scalar: Float) {
    self.init(NDArray(scalar))
  }

  init(_ value: NDArray, node: Node?) {
    self.value = value
    self.node = node
  }

  public var shape: Shape { value.shape }

  /// The same values as a constant.
  public var detached: Tensor { Tensor(value) }

  /// The value of a tensor that holds exactly one.
  public var scalar: Float { value.scalar }
}

/// One application of an operation, kept alive while a tensor computed from it may still need gradients.
final class Node {
  /// Nil for a variable.
  private(set) var operation: (any TensorOperation)?
  private(set) var inputs: [Tensor]
  /// For operations whose gradient reads the output. An array, because a tensor would form a reference cycle with this
  /// node.
  private(set) var output: NDArray?
  private(set) var isReleased = false
  /// The order of creation. Since a node is made after its inputs, it is a topological order.
  let order: UInt64

  init(operation: (any TensorOperation)?, inputs: [Tensor], output: NDArray?) {
    self.operation = operation
    self.inputs = inputs
    self.output = output
    order = GradientMode.nextOrder()
  }

  /// Frees everything that a gradient would need.
  func release() {
    operation = nil
    inputs = []
    output = nil
    isReleased = true
  }
}
