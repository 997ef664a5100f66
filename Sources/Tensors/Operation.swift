import Kernels
import Synchronization

/// A differentiable function of tensors, as a named value rather than a closure: profiles, exports and fusion can see it.
protocol Operation: Sendable {
  /// Whether `gradients` reads `call.output`, which is then kept.
  var readsOutput: Bool { get }

  func output(of inputs: [NDArray]) -> NDArray

  /// For each input, the gradient of some scalar, given that scalar's gradient with respect to the output; nil where
  /// there is none or `call.needs` does not ask. Written in tensor operations, so that it can be differentiated again.
  func gradients(_ outputGradient: Tensor, _ call: Call) -> [Tensor?]

  /// In profiles.
  var name: String { get }
  func work(of inputs: [NDArray], output: NDArray) -> Work
}

extension Operation {
  var readsOutput: Bool { false }
}

/// What an operation was applied to, as its gradient sees it.
struct Call {
  let inputs: [Tensor]
  /// Which inputs' gradients are wanted.
  let needs: [Bool]
  private let node: Node

  init(node: Node, needs: [Bool]) {
    self.node = node
    self.needs = needs
    inputs = node.inputs
  }

  /// Only for operations that say `readsOutput`.
  var output: Tensor {
    guard let value = node.output else { preconditionFailure("\(type(of: node.operation)) keeps no output") }
    return Tensor(value, node: node)
  }
}

extension Operation {
  /// Evaluates the operation and, where some input can be differentiated, records it.
  func callAsFunction(_ inputs: Tensor...) -> Tensor { apply(to: inputs) }

  func apply(to inputs: [Tensor]) -> Tensor {
    let value = profiledOutput(of: inputs.map(\.value))
    guard GradientMode.isRecording, inputs.contains(where: { $0.node != nil }) else { return Tensor(value) }
    return Tensor(value, node: Node(operation: self, inputs: inputs, output: readsOutput ? value : nil))
  }
}

enum GradientMode {
  @TaskLocal static var isRecording = true
  /// Of convolutions, float32 unless `withoutGradients` was told otherwise.
  @TaskLocal static var precision = Precision.float32

  private static let order = Atomic<UInt64>(0)

  static func nextOrder() -> UInt64 { order.wrappingAdd(1, ordering: .relaxed).newValue }
}

/// Runs `body` without recording for gradients: intermediate values die as soon as they are used.
///
/// - Parameter precision: of the convolutions; one whose `obstacle` is nil.
public func withoutGradients<Result>(
  precision: Precision = .float32, _ body: () throws -> Result
) rethrows -> Result {
  precondition(precision.obstacle == nil, precision.obstacle ?? "")
  return try GradientMode.$precision.withValue(precision) {
    try GradientMode.$isRecording.withValue(false, operation: body)
  }
}
