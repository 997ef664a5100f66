/// A differentiable function of tensors. It is a named type rather than a closure, so that profiles can name it.
///
///     struct Softsign: TensorOperation {
///       func output(of inputs: [NDArray]) -> NDArray {
///         NDArray(inputs[0].scalars.map { $0 / (1 + abs($0)) }, shape: inputs[0].shape)
///       }
///
///       func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
///         [gradient / (1 + call.inputs[0].absoluteValue()).squared()]
///       }
///     }
///
///     let activated = Softsign()(input)
///
/// A function composed of existing tensor operations needs no operation of its own: it is differentiated automatically.
public protocol TensorOperation: Sendable {
  /// Whether `gradients` reads `call.output`, which is then kept in memory. False by default.
  var readsOutput: Bool { get }

  func output(of inputs: [NDArray]) -> NDArray

  /// The gradient of some scalar with respect to each input, given its gradient with respect to the output; nil where
  /// there is none or `call.needs` is false. Each has its input's shape, and must be computed by tensor operations so
  /// that it can be differentiated again.
  func gradients(_ outputGradient: Tensor, _ call: Call) -> [Tensor?]

  /// The name in profiles; by default, the type's name split into words.
  var name: String { get }

  /// The cost in profiles; by default, no FLOPs, and each array read or written once.
  func cost(of inputs: [NDArray], output: NDArray) -> Cost
}

extension TensorOperation {
  public var readsOutput: Bool { false }
}

/// One application of an operation, as its gradient sees it.
public struct Call {
  public let inputs: [Tensor]
  /// Which inputs' gradients are wanted.
  public let needs: [Bool]
  private let node: Node

  init(node: Node, needs: [Bool]) {
    self.node = node
    self.needs = needs
    inputs = node.inputs
  }

  /// The operation's output, for operations whose `readsOutput` is true.
  public var output: Tensor {
    guard let value = node.output else { preconditionFailure("`readsOutput` of \(type(of: node.operation)) is false") }
    return Tensor(value, node: node)
  }
}

extension TensorOperation {
  /// Computes the output, and records the application if gradients are being recorded and some input has one.
  public func callAsFunction(_ inputs: Tensor...) -> Tensor { apply(to: inputs) }

  /// Computes the output, and records the application if gradients are being recorded and some input has one.
  public func apply(to inputs: [Tensor]) -> Tensor {
    let value = observedOutput(of: inputs)
    guard GradientMode.isRecording, inputs.contains(where: { $0.node != nil }) else { return Tensor(value) }
    return Tensor(value, node: Node(operation: self, inputs: inputs, output: readsOutput ? value : nil))
  }
}
