import Tensors

/// A convolution that can take over a part of the norm after it.
package protocol FoldableConvolution: Layer {
  var weight: Parameter { get }

  func outputSize(for input: Size) -> Size

  /// The convolution, then a factor and an addend for each output channel, in one: the weight is multiplied in place of the
  /// output.
  func callAsFunction(_ input: Tensor, scaledBy factor: Tensor, plus addend: Tensor) -> Tensor

  /// The convolution, which gathers its output's moments as it writes it: a norm need then not read it for them.
  func gatheringMoments(_ input: Tensor) -> Tensor
}

/// A norm that leaves a part of itself to the convolution before it.
package protocol ConvolutionNorm: Layer {
  /// The norm of what a convolution makes of `input`.
  func callAsFunction(_ input: Tensor, after convolution: some FoldableConvolution) -> Tensor
}

extension FoldableConvolution {
  /// The convolution and the norm or activation after it, if there is one.
  package func callAsFunction(_ input: Tensor, then layer: (any Layer)?) -> Tensor {
    if let norm = layer as? any ConvolutionNorm { return norm(input, after: self) }
    let output = self(input)
    return layer?(output) ?? output
  }
}
