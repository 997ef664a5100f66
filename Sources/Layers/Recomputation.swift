import Tensors

extension Layer {
  /// `body(input)`. If training recomputes activations to save memory, its intermediate values are not kept, and it
  /// runs again for its gradients.
  ///
  /// - Parameter body: must not use parameters of other layers.
  public func recomputed(_ input: Tensor, _ body: @escaping (Tensor) -> Tensor) -> Tensor {
    guard let context = TrainingContext.current, context.recomputesActivations else { return body(input) }
    let again = context.repetition()
    return Tensors.recomputed(input, parameters: parameters.map(\.tensor)) { input, isRepeated in
      isRepeated ? again { body(input) } : body(input)
    }
  }
}
