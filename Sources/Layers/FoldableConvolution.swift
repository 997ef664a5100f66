import Tensors

/// A convolution into which a part of the norm after it can be folded.
package protocol FoldableConvolution: Layer {
  var weight: Parameter { get }

  func outputSize(for input: Size) -> Size

  /// The convolution followed by a factor and an addend for each output channel, which are folded into the weight and
  /// the bias.
  func callAsFunction(_ input: Tensor, scaledBy factor: Tensor, plus addend: Tensor) -> Tensor

  /// The convolution, which also gathers its output's moments in its epilogue, so that a norm need not read the output
  /// again.
  func gatheringMoments(_ input: Tensor) -> Tensor
}

/// A norm of which a part can be folded into the convolution before it.
package protocol ConvolutionNorm: Layer {
  /// The norm of the convolution's output for `input`.
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
