/// The result of `body`, without the intermediate values that its gradients need: taking gradients runs `body` again (Chen et
/// al. 2016, "Training deep nets with sublinear memory cost").
///
/// If only `body` uses its input, and uses each parameter once, the gradients have the same bits as without recomputation;
/// otherwise their terms are added in another order. Second derivatives run `body` again too, and keep its values.
///
/// - Parameters:
///   - parameters: all other tensors with gradients that `body` uses. Taking gradients traps if one is missing.
///   - body: computes the same on every call. `isRepeated` tells it of later calls, so that it can do other things, such as
///     updating statistics, only once.
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
  func cost(of inputs: [NDArray], output: NDArray) -> Cost { Cost(values: 0) }

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
