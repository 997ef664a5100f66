import Tensors

/// Transposed 2-D convolution, `[N, H, W, inputChannels] -> [N, H', W', outputChannels]` with
/// H' = (H - 1) stride - 2 padding + kernel + outputPadding.
public struct ConvTranspose2D: Layer {
  /// `[kernel, kernel, outputChannels, inputChannels]`, zero until initialised.
  public let weight: Parameter
  /// `[outputChannels]`.
  public let bias: Parameter?
  private let stride: Int, padding: Int, outputPadding: Int
  private let gathersMoments: Bool

  /// - Parameter gathersMoments: whether an instance norm follows.
  public init(
    _ inputChannels: Int, _ outputChannels: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    outputPadding: Int = 0, hasBias: Bool = true, gathersMoments: Bool = false
  ) {
    weight = Parameter(
      NDArray(repeating: 0, shape: [kernel, kernel, outputChannels, inputChannels]), role: .weight)
    bias = hasBias ? Parameter(NDArray(repeating: 0, shape: [outputChannels]), role: .bias) : nil
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
    self.gathersMoments = gathersMoments
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.transposeConvolved(
      with: weight.tensor, bias: bias?.tensor, stride: Size(stride), padding: Padding(padding),
      outputPadding: Size(outputPadding), gathersMoments: gathersMoments)
  }
}

extension ConvTranspose2D: FoldableConvolution {
  package func outputCount(for input: Shape) -> Int {
    func size(_ input: Int) -> Int { (input - 1) * stride - 2 * padding + weight.value.shape[0] + outputPadding }
    return input[0] * size(input[1]) * size(input[2]) * weight.value.shape[2]
  }

  package func callAsFunction(_ input: Tensor, scaledBy factor: Tensor, plus addend: Tensor) -> Tensor {
    input.transposeConvolved(
      with: weight.tensor * factor.reshaped(to: [factor.shape.count, 1]),
      bias: bias.map { $0.tensor * factor + addend } ?? addend, stride: Size(stride), padding: Padding(padding),
      outputPadding: Size(outputPadding), gathersMoments: gathersMoments)
  }
}
