/// An array with its place in the gradient graph: immutable, made by operations on other tensors.
///
/// Tensors stay on the thread that made them; the values in them, `NDArray`, are free to travel.
public struct Tensor {
  public let value: NDArray
  /// Where the value came from, nil for a constant.
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

  /// The only value of a tensor that holds one.
  public var scalar: Float { value.scalar }
}

/// One application of an operation: kept while something computed from it may still want gradients.
final class Node {
  /// Nil for a variable.
  private(set) var operation: (any Operation)?
  private(set) var inputs: [Tensor]
  /// For operations whose gradient reads the output: its value alone, since a tensor would hold this node in a cycle.
  private(set) var output: NDArray?
  private(set) var isReleased = false
  /// Nodes are made after their inputs, so this order is a topological one.
  let order: UInt64

  init(operation: (any Operation)?, inputs: [Tensor], output: NDArray?) {
    self.operation = operation
    self.inputs = inputs
    self.output = output
    order = GradientMode.nextOrder()
  }

  /// Frees all that a gradient would need.
  func release() {
    operation = nil
    inputs = []
    output = nil
    isReleased = true
  }
}
