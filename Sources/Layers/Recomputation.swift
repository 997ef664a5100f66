import Tensors

extension Layer {
  /// What `body` makes of `input`. Where training saves memory, nothing that comes about in between is kept, and `body` is
  /// run again for its gradients.
  ///
  /// - Parameter body: uses no parameters but this layer's.
  public func recomputed(_ input: Tensor, _ body: @escaping (Tensor) -> Tensor) -> Tensor {
    guard let context = TrainingContext.current, context.recomputesActivations else { return body(input) }
    let again = context.repetition()
    return Tensors.recomputed(input, parameters: parameters.map(\.tensor)) { input, isRepeated in
      isRepeated ? again { body(input) } : body(input)
    }
  }
}
