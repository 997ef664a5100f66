/// The result of `body`, without keeping the intermediate values that its gradients need: taking gradients runs `body`
/// again (Chen et al. 2016, "Training deep nets with sublinear memory cost").
///
/// If the input is only used by `body`, and each parameter only once, the gradients are bitwise the same as without
/// recomputation; otherwise their terms are added in another order. Second derivatives also run `body` again, but keep
/// its intermediate values.
///
/// - Parameters:
///   - parameters: all other tensors with gradients that `body` uses. Taking gradients traps if one is missing.
///   - body: must compute the same on every call. `isRepeated` is true for repetitions, which must not repeat side
///     effects such as updating running statistics.
public func recomputed(
  _ input: Tensor, parameters: [Tensor], _ body: @escaping (_ input: Tensor, _ isRepeated: Bool) -> Tensor
) -> Tensor {
  Recomputation(body: body).apply(to: [input] + parameters)
}

/// Maps (input, parameters) to the body's result.
///
/// Unchecked: the body, like all tensors, stays on the thread that made it.
private struct Recomputation: TensorOperation, @unchecked Sendable {
  let body: (_ input: Tensor, _ isRepeated: Bool) -> Tensor

  /// None of its own: the body's operations count theirs.
  func cost(of inputs: [NDArray], output: NDArray) -> Cost { Cost(values: 0) }

  func output(of inputs: [NDArray]) -> NDArray {
    GradientMode.$isRecording.withValue(false) { body(Tensor(inputs[0]), false).value }
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    call.gradients(gradient) { body($0[0], true) }
  }
}

extension Call {
  /// The gradients of `body`, which computes the operation's output once more, by other operations.
  func gradients(_ gradient: Tensor, through body: ([Tensor]) -> Tensor) -> [Tensor?] {
    let start = GradientMode.nextOrder()
    let result = GradientMode.$isRecording.withValue(true) { body(inputs) }
    let targets = zip(inputs, needs).filter(\.1).map(\.0)
    var walk = BackwardWalk(
      from: result, outputGradient: gradient, to: targets, boundary: Boundary(inputs, madeBefore: start))
    // Unless these gradients will be differentiated, nothing else uses the repeated graph.
    walk.run(releasing: !GradientMode.isRecording)
    return zip(inputs, needs).map { input, isNeeded in isNeeded ? walk.gradient(of: input) : nil }
  }
}
