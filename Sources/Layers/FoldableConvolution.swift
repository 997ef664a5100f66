import Tensors

/// A convolution that a factor and an addend for each of its output channels can become part of.
package protocol FoldableConvolution: Layer {
  var weight: Parameter { get }

  /// How many values it makes of an input of that shape.
  func outputCount(for input: Shape) -> Int

  /// The convolution, then the factor and the addend, in one: the weight is multiplied in place of the output.
  func callAsFunction(_ input: Tensor, scaledBy factor: Tensor, plus addend: Tensor) -> Tensor
}

extension FoldableConvolution {
  /// The convolution and the norm after it, if there is one; outside of training they may be one.
  package func callAsFunction(_ input: Tensor, then norm: (any Layer)?) -> Tensor {
    if let norm = norm as? BatchNorm2D { return norm(input, after: self) }
    let output = self(input)
    return norm?(output) ?? output
  }
}
