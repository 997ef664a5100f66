import Tensors

/// A layer that amounts to one convolution.
public protocol KernelConvolution: Layer {
  /// The convolution's kernel, `[kernel, kernel, inputChannels, outputChannels]`, and bias, `[outputChannels]`.
  var kernelAndBias: (kernel: Tensor, bias: Tensor?) { get }
}

extension Conv2D: KernelConvolution {
  public var kernelAndBias: (kernel: Tensor, bias: Tensor?) { (weight.tensor, bias?.tensor) }
}

/// A 3x3 convolution learnt in two branches whose outputs are added: a 1x1 convolution, and a chain of 1x1, 3x3 and 1x1
/// convolutions with more channels in between (after Ding et al. 2021, RepVGG; Wan et al. 2023, SPAN).
///
/// `[N, H, W, inputChannels] -> [N, H, W, outputChannels]`. There is no rectifier between them, and zeros are added before
/// the chain's first convolution, so all of them are exactly one 3x3 convolution, which is what is computed: its kernel is
/// composed of the branches' weights, and gradients reach these through it.
public struct ReparameterizedConvolution: KernelConvolution {
  /// The branch of its own, 1x1.
  public let skip: Conv2D
  /// The chain: 1x1 to `gain` times the input's channels, 3x3 to `gain` times the output's, 1x1 to the output's.
  public let expansion: Conv2D, spatial: Conv2D, contraction: Conv2D

  public init(_ inputChannels: Int, _ outputChannels: Int, gain: Int = 2) {
    skip = Conv2D(inputChannels, outputChannels, kernel: 1)
    expansion = Conv2D(inputChannels, gain * inputChannels, kernel: 1)
    spatial = Conv2D(gain * inputChannels, gain * outputChannels, kernel: 3)
    contraction = Conv2D(gain * outputChannels, outputChannels, kernel: 1)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let (kernel, bias) = kernelAndBias
    return input.convolved(with: kernel, bias: bias, padding: Padding(1))
  }

  public var kernelAndBias: (kernel: Tensor, bias: Tensor?) {
    let (inputs, inner, outputs) = (skip.weight.shape[2], spatial.weight.shape[2], skip.weight.shape[3])
    let contracting = matrix(of: contraction)
    // The last two convolutions of the chain as one, [inner, 9 outputs].
    let rest = spatial.weight.tensor.reshaped(to: [9 * inner, contracting.shape[0]]).matrixProduct(with: contracting)
      .reshaped(to: [9, inner, outputs]).transposed([1, 0, 2]).reshaped(to: [inner, 9 * outputs])
    let chain = matrix(of: expansion).matrixProduct(with: rest)
      .reshaped(to: [inputs, 9, outputs]).transposed([1, 0, 2]).reshaped(to: [3, 3, inputs, outputs])
    let center = skip.weight.tensor.reshaped(to: [1, 1, 1, inputs * outputs]).padded(Padding(1), mode: .zero)
    return (chain + center.reshaped(to: chain.shape), bias(rest: rest, contracting: contracting))
  }

  /// The chain's biases, as far as the following convolutions carry them, and the skip's.
  private func bias(rest: Tensor, contracting: Tensor) -> Tensor {
    let outputs = contracting.shape[1]
    let ofExpansion = row(of: expansion).matrixProduct(with: rest).reshaped(to: [9, outputs]).sum(axes: [0])
    let ofSpatial = row(of: spatial).matrixProduct(with: contracting).reshaped(to: [outputs])
    return [contraction, skip].compactMap { $0.bias?.tensor }.reduce(ofExpansion + ofSpatial, +)
  }

  /// A 1x1 convolution's weight, `[inputChannels, outputChannels]`.
  private func matrix(of convolution: Conv2D) -> Tensor {
    convolution.weight.tensor.reshaped(to: [convolution.weight.shape[2], convolution.weight.shape[3]])
  }

  /// A convolution's bias, `[1, outputChannels]`.
  private func row(of convolution: Conv2D) -> Tensor {
    let bias = convolution.bias?.tensor ?? Tensor(NDArray(repeating: 0, shape: [convolution.weight.shape[3]]))
    return bias.reshaped(to: [1, convolution.weight.shape[3]])
  }
}
