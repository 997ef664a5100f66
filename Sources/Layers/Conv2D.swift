import Tensors

/// 2-D convolution, `[N, H, W, inputChannels] -> [N, H', W', outputChannels]`, zeros outside of the input.
public struct Conv2D: Layer {
  /// `[kernel, kernel, inputChannels, outputChannels]`, zero until initialised.
  public let weight: Parameter
  /// `[outputChannels]`.
  public let bias: Parameter?
  private let stride: Int, padding: Int
  private let gathersMoments: Bool

  /// - Parameter gathersMoments: whether an instance norm follows.
  public init(
    _ inputChannels: Int, _ outputChannels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, hasBias: Bool = true,
    gathersMoments: Bool = false
  ) {
    weight = Parameter(
      NDArray(repeating: 0, shape: [kernel, kernel, inputChannels, outputChannels]), role: .weight)
    bias = hasBias ? Parameter(NDArray(repeating: 0, shape: [outputChannels]), role: .bias) : nil
    self.stride = stride
    self.padding = padding
    self.gathersMoments = gathersMoments
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.convolved(
      with: weight.tensor, bias: bias?.tensor, stride: Size(stride), padding: Padding(padding),
      gathersMoments: gathersMoments)
  }
}

extension Conv2D: FoldableConvolution {
  package func outputCount(for input: Shape) -> Int {
    func size(_ input: Int) -> Int { (input + 2 * padding - weight.value.shape[0]) / stride + 1 }
    return input[0] * size(input[1]) * size(input[2]) * weight.value.shape[3]
  }

  package func callAsFunction(_ input: Tensor, scaledBy factor: Tensor, plus addend: Tensor) -> Tensor {
    input.convolved(
      with: weight.tensor * factor, bias: bias.map { $0.tensor * factor + addend } ?? addend, stride: Size(stride),
      padding: Padding(padding), gathersMoments: gathersMoments)
  }
}
