import Tensors

/// A convolution that a factor and an addend for each of its output channels can become part of, and that can be computed
/// for some of its output's rows alone.
package protocol FoldableConvolution: Layer {
  var weight: Parameter { get }

  func outputSize(for input: Size) -> Size

  /// The convolution, then the factor and the addend, in one: the weight is multiplied in place of the output.
  func callAsFunction(_ input: Tensor, scaledBy factor: Tensor, plus addend: Tensor) -> Tensor

  /// The input's rows that rows of the output come of. Where they lie outside of the input, there are zeros.
  func inputRows(for rows: Range<Int>) -> Range<Int>

  /// The convolution that makes those rows of just `inputRows(for: rows)`.
  func limited(to rows: Range<Int>) -> Self

  /// The multiplications that an input takes, or so many as would take as long.
  func work(for input: Size) -> Double
}

extension FoldableConvolution {
  /// The convolution and the norm or activation after it, if there is one; outside of training they may be one.
  package func callAsFunction(_ input: Tensor, then layer: (any Layer)?) -> Tensor {
    if let norm = layer as? BatchNorm2D { return norm(input, after: self) }
    let output = self(input)
    return layer?(output) ?? output
  }

  /// How much of the time of a direct product Winograd's filtering takes, about, where the kernel allows it.
  func shareOfWork(stride: Int) -> Double {
    let kernel = weight.value.shape
    guard kernel[0] == 3, kernel[1] == 3, kernel[2] % 16 == 0, kernel[3] % 16 == 0 else { return 1 }
    return stride == 1 ? 0.35 : 0.85
  }
}
