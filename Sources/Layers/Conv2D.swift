import Tensors

/// 2-D convolution, `[N, H, W, inputChannels] -> [N, H', W', outputChannels]`, with zero padding.
public struct Conv2D: Layer {
  /// `[kernel, kernel, inputChannels, outputChannels]`, zero until initialised.
  public let weight: Parameter
  /// `[outputChannels]`.
  public let bias: Parameter?
  private let stride: Int
  private var padding: Padding

  public init(
    _ inputChannels: Int, _ outputChannels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, hasBias: Bool = true
  ) {
    weight = Parameter(repeating: 0, shape: [kernel, kernel, inputChannels, outputChannels], role: .weight)
    bias = hasBias ? Parameter(repeating: 0, shape: [outputChannels], role: .bias) : nil
    self.stride = stride
    self.padding = Padding(padding)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.convolved(with: weight.tensor, bias: bias?.tensor, stride: Size(stride), padding: padding)
  }
}

extension Conv2D: FoldableConvolution {
  package func callAsFunction(_ input: Tensor, scaledBy factor: Tensor, plus addend: Tensor) -> Tensor {
    input.convolved(
      with: weight.tensor * factor, bias: bias.map { $0.tensor * factor + addend } ?? addend, stride: Size(stride),
      padding: padding)
  }

  package func gatheringMoments(_ input: Tensor) -> Tensor {
    input.convolvedGatheringMoments(with: weight.tensor, bias: bias?.tensor, stride: Size(stride), padding: padding)
  }
}

extension Conv2D: RowwiseConvolution {
  private var kernel: Int { weight.shape[0] }

  package var outputChannels: Int { weight.shape[3] }

  package func outputSize(for input: Size) -> Size {
    Size(
      height: (input.height + padding.top + padding.bottom - kernel) / stride + 1,
      width: (input.width + padding.left + padding.right - kernel) / stride + 1)
  }

  package func inputRows(for rows: Range<Int>) -> Range<Int> {
    rows.lowerBound * stride - padding.top..<(rows.upperBound - 1) * stride - padding.top + kernel
  }

  package func limited(to rows: Range<Int>) -> Conv2D {
    var part = self
    (part.padding.top, part.padding.bottom) = (0, 0)
    return part
  }

  package func cost(for input: Size) -> Double {
    ConvolutionCost.convolution(of: input, weight: weight.shape, stride: Size(stride), padding: padding)
  }
}
