/// What `body` makes of `input`, keeping nothing that comes about on the way: gradients run `body` again (Chen et al. 2016,
/// "Training deep nets with sublinear memory cost").
///
/// They are the same bits as without, where a tensor is used by `body` alone and each parameter once in it; elsewhere
/// their terms are summed in another order. Second derivatives run `body` again likewise, and keep what comes of it.
///
/// - Parameters:
///   - parameters: all other tensors with gradients that `body` uses. That one is missing is a precondition failure when
///     gradients are taken.
///   - body: computes the same on every call. It is told whether its values have been computed before, so that what else
///     it does, such as keeping statistics, can be done once.
public func recomputed(
  _ input: Tensor, parameters: [Tensor], _ body: @escaping (_ input: Tensor, _ isRepeated: Bool) -> Tensor
) -> Tensor {
  Recomputation(body: body).apply(to: [input] + parameters)
}

/// (input, parameters) to the body's result.
///
/// Unchecked: the body stays, as tensors do, on the thread that made it.
private struct Recomputation: Operation, @unchecked Sendable {
  let body: (_ input: Tensor, _ isRepeated: Bool) -> Tensor

  /// The body's operations count their own.
  func work(of inputs: [NDArray], output: NDArray) -> Work { Work(values: 0) }

  func output(of inputs: [NDArray]) -> NDArray {
    GradientMode.$isRecording.withValue(false) { body(Tensor(inputs[0]), false).value }
  }

  func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    let start = GradientMode.nextOrder()
    let result = GradientMode.$isRecording.withValue(true) { body(call.inputs[0], true) }
    let targets = zip(call.inputs, call.needs).filter(\.1).map(\.0)
    var walk = BackwardWalk(
      from: result, outputGradient: gradient, to: targets, boundary: Boundary(call.inputs, madeBefore: start))
    // Unless these gradients are to be differentiated, nobody else will see the repeated graph.
    walk.run(releasing: !GradientMode.isRecording)
    return zip(call.inputs, call.needs).map { input, isNeeded in isNeeded ? walk.gradient(of: input) : nil }
  }
}
