import Tensors

extension Layer {
  /// `body(input)`, with no parameters but this layer's; where training spares memory, only `input` is kept of it, and
  /// gradients run `body` again.
  public func recomputed(_ input: Tensor, _ body: @escaping (Tensor) -> Tensor) -> Tensor {
    guard let context = TrainingContext.current, context.recomputesActivations else { return body(input) }
    let again = context.repetition()
    return Tensors.recomputed(input, parameters: parameters.map(\.tensor)) { input, isRepeated in
      isRepeated ? again { body(input) } : body(input)
    }
  }
}
