/// A differentiable function of tensors: a value with a name rather than a closure, so that profiles and graphs can tell
/// what it is.
///
///     struct Softsign: Operation {
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
/// What the tensors of this library can express needs no operation of its own: its gradient comes by itself.
public protocol Operation: Sendable {
  /// Whether `gradients` reads `call.output`, which is then kept. False if not said otherwise.
  var readsOutput: Bool { get }

  func output(of inputs: [NDArray]) -> NDArray

  /// For each input, the gradient of some scalar, given that scalar's gradient with respect to the output; nil where
  /// there is none or `call.needs` does not ask. Gradients have their inputs' shapes, and are written in tensor
  /// operations so that they can be differentiated again.
  func gradients(_ outputGradient: Tensor, _ call: Call) -> [Tensor?]

  /// In profiles: the type's name in words, if not said otherwise.
  var name: String { get }

  /// In profiles: no arithmetic, and each array read or written once, if not said otherwise.
  func cost(of inputs: [NDArray], output: NDArray) -> Cost
}

extension Operation {
  public var readsOutput: Bool { false }
}

/// What an operation was applied to, as its gradient sees it.
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

  /// What the operation made of the inputs. Only for operations that say `readsOutput`.
  public var output: Tensor {
    guard let value = node.output else { preconditionFailure("\(type(of: node.operation)) keeps no output") }
    return Tensor(value, node: node)
  }
}

extension Operation {
  /// Computes the output and, where some input can be differentiated, records how.
  public func callAsFunction(_ inputs: Tensor...) -> Tensor { apply(to: inputs) }

  /// Computes the output and, where some input can be differentiated, records how.
  public func apply(to inputs: [Tensor]) -> Tensor {
    let value = profiledOutput(of: inputs.map(\.value))
    guard GradientMode.isRecording, inputs.contains(where: { $0.node != nil }) else { return Tensor(value) }
    return Tensor(value, node: Node(operation: self, inputs: inputs, output: readsOutput ? value : nil))
  }
}
