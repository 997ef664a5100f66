import Tensors

/// Transposed 2-D convolution, `[N, H, W, inputChannels] -> [N, H', W', outputChannels]` with
/// H' = (H - 1) stride - 2 padding + kernel + outputPadding.
public struct ConvTranspose2D: Layer {
  /// `[kernel, kernel, outputChannels, inputChannels]`, zero until initialised.
  public let weight: Parameter
  /// `[outputChannels]`.
  public let bias: Parameter?
  private let stride: Int
  private var padding: Padding, outputPadding: Size

  public init(
    _ inputChannels: Int, _ outputChannels: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    outputPadding: Int = 0, hasBias: Bool = true
  ) {
    weight = Parameter(repeating: 0, shape: [kernel, kernel, outputChannels, inputChannels], role: .weight)
    bias = hasBias ? Parameter(repeating: 0, shape: [outputChannels], role: .bias) : nil
    self.stride = stride
    self.padding = Padding(padding)
    self.outputPadding = Size(outputPadding)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.transposeConvolved(
      with: weight.tensor, bias: bias?.tensor, stride: Size(stride), padding: padding,
      outputPadding: outputPadding)
  }
}

extension ConvTranspose2D: FoldableConvolution {
  package func callAsFunction(_ input: Tensor, scaledBy factor: Tensor, plus addend: Tensor) -> Tensor {
    input.transposeConvolved(
      with: weight.tensor * factor.reshaped(to: [factor.shape.count, 1]),
      bias: bias.map { $0.tensor * factor + addend } ?? addend, stride: Size(stride), padding: padding,
      outputPadding: outputPadding)
  }

  package func gatheringMoments(_ input: Tensor) -> Tensor {
    input.transposeConvolvedGatheringMoments(
      with: weight.tensor, bias: bias?.tensor, stride: Size(stride), padding: padding, outputPadding: outputPadding)
  }
}

extension ConvTranspose2D: RowwiseConvolution {
  private var kernel: Int { weight.shape[0] }

  package var outputChannels: Int { weight.shape[2] }

  package func outputSize(for input: Size) -> Size {
    Size(
      height: (input.height - 1) * stride - padding.top - padding.bottom + kernel + outputPadding.height,
      width: (input.width - 1) * stride - padding.left - padding.right + kernel + outputPadding.width)
  }

  /// Input row i contributes to `kernel` output rows, from row `i * stride - padding.top` on.
  package func inputRows(for rows: Range<Int>) -> Range<Int> {
    let (first, last) = (rows.lowerBound + padding.top, rows.upperBound - 1 + padding.top)
    // The quotient is rounded up; integer division already rounds negative quotients up.
    let least = first - kernel + 1
    return (least > 0 ? (least + stride - 1) / stride : least / stride)..<last / stride + 1
  }

  package func limited(to rows: Range<Int>) -> ConvTranspose2D {
    let input = inputRows(for: rows)
    var part = self
    part.padding.top = rows.lowerBound + padding.top - input.lowerBound * stride
    part.padding.bottom = (input.count - 1) * stride + kernel - part.padding.top - rows.count
    part.outputPadding.height = 0
    return part
  }

  package func cost(for input: Size) -> Double {
    ConvolutionCost.transposedConvolution(
      of: input, weight: weight.shape, stride: Size(stride), padding: padding, outputPadding: outputPadding)
  }
}
