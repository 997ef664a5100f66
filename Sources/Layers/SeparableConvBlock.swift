import Tensors

/// A convolution in two, as in GAN Compression (Li et al. 2020): a depthwise one, instance norm, and a 1x1 convolution,
/// which mixes the channels; then norm and rectifier.
///
/// `[N, H, W, inputChannels] -> [N, H', W', outputChannels]`. The norm between them is instance norm whatever the last one
/// is, as published.
public struct SeparableConvBlock: Layer {
  public let depthwise: Conv2D
  public let pointwise: Conv2D
  public let norm: any Layer

  /// - Parameter negativeSlope: 0 for ReLU, 0.2 for the usual LeakyReLU, 1 for none.
  public init(
    _ inputChannels: Int, _ outputChannels: Int, kernel: Int = 3, norm: Norm = .instance, negativeSlope: Float = 0
  ) {
    let hasBias = norm.leavesBiasToConvolution
    depthwise = Conv2D(inputChannels, inputChannels, kernel: kernel, groups: inputChannels, hasBias: hasBias)
    pointwise = Conv2D(inputChannels, outputChannels, kernel: 1, hasBias: hasBias)
    self.norm = norm.layer(channels: outputChannels, negativeSlope: negativeSlope)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { stages().reduce(input) { $1($0) } }
}

extension SeparableConvBlock: ConvolutionSequence {
  package func stages(reflection: Int = 0) -> [ConvolutionStage] {
    [
      ConvolutionStage(reflection: reflection, depthwise, then: InstanceNorm2D()),
      ConvolutionStage(pointwise, then: norm),
    ]
  }
}
