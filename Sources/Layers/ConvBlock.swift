import Tensors

/// Convolution, norm and rectifier: the building block of most GANs' networks.
public struct ConvBlock: Layer {
  public let convolution: Conv2D
  public let norm: any Layer

  /// - Parameters:
  ///   - norm: nil for none.
  ///   - negativeSlope: 0 for ReLU, 0.2 for the usual LeakyReLU, 1 for none.
  public init(
    _ inputChannels: Int, _ outputChannels: Int, kernel: Int = 3, stride: Int = 1, padding: Int = 0,
    norm: Norm? = .instance, negativeSlope: Float = 0
  ) {
    convolution = Conv2D(
      inputChannels, outputChannels, kernel: kernel, stride: stride, padding: padding,
      hasBias: norm?.leavesBiasToConvolution ?? true)
    self.norm = norm?.layer(channels: outputChannels, negativeSlope: negativeSlope) ?? LeakyReLU(slope: negativeSlope)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { stage()(input) }

  package func stage(reflection: Int = 0) -> ConvolutionStage {
    ConvolutionStage(reflection: reflection, convolution, then: norm)
  }
}

extension ConvBlock: ConvolutionSequence {
  package func stages(reflection: Int) -> [ConvolutionStage] { [stage(reflection: reflection)] }
}
