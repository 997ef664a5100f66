import Layers
import Tensors

/// pix2pix's generator (Isola et al. 2017, appendix; after Ronneberger et al. 2015): an encoder that repeatedly halves
/// the image, and a decoder that doubles it as often, with skip connections from each of the encoder's sizes to the
/// decoder's.
///
/// `[N, H, W, inputChannels]` -> `[N, H, W, outputChannels]` in -1...1; H and W multiples of `sizeMultiple`.
public struct UNetGenerator: TranslationNetwork {
  public struct Configuration: TestModeConfiguration {
    public var inputChannels = 3, outputChannels = 3
    /// Channels after the first downsampling. Each further one doubles them, up to eight times as many.
    public var width = 64
    /// At least 2. Published networks have 8 for images of 256x256 pixels and 7 for 128x128, so that the innermost
    /// features are one pixel.
    public var downsamplings = 8
    public var norm = Norm.batch
    /// Whether the decoder has dropout with rate 0.5 in training, in the fifth step and further inwards except the
    /// innermost. With fewer than 6 downsamplings, there is none.
    public var dropout = false
    public var atTest = TestMode.running

    public init() {}

    /// The channels after that many downsamplings.
    func channels(after downsamplings: Int) -> Int { width * min(1 << (downsamplings - 1), 8) }

    /// From the outermost step, at the image's size, to the innermost.
    var steps: [Step] {
      (1...downsamplings).map { number in
        let isOutermost = number == 1
        let isInnermost = number == downsamplings
        return Step(
          outerInputs: isOutermost ? inputChannels : channels(after: number - 1),
          outerOutputs: isOutermost ? outputChannels : channels(after: number - 1), inner: channels(after: number),
          isOutermost: isOutermost, isInnermost: isInnermost, hasDropout: dropout && number > 4 && !isInnermost)
      }
    }
  }

  /// One downsampling in the encoder and the matching upsampling in the decoder.
  struct Step {
    /// Channels at the larger size, before the downsampling and after the upsampling.
    let outerInputs: Int, outerOutputs: Int
    /// Channels at the smaller size.
    let inner: Int
    let isOutermost: Bool, isInnermost: Bool
    let hasDropout: Bool

    /// The upsampling reads the inner step's output concatenated with the downsampling's.
    var doublingInputs: Int { isInnermost ? inner : 2 * inner }
    var hasEncoderNorm: Bool { !isOutermost && !isInnermost }
    var hasDecoderNorm: Bool { !isOutermost }
  }

  public let configuration: Configuration
  /// From the outermost step to the innermost, as is the decoder.
  public let encoder: [EncoderBlock]
  public let decoder: [DecoderBlock]

  public init(_ configuration: Configuration = Configuration()) {
    precondition(
      configuration.downsamplings >= 2, "a U-Net halves at least twice, not \(configuration.downsamplings) times")
    self.configuration = configuration
    encoder = configuration.steps.map { EncoderBlock($0, norm: configuration.norm) }
    decoder = configuration.steps.map { DecoderBlock($0, norm: configuration.norm) }
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { configuration.atTest.apply(translated, to: input) }

  private func translated(_ input: Tensor) -> Tensor {
    var halved: [Tensor] = []  // After k downsamplings [N, H / 2^k, W / 2^k, channels], not rectified.
    for block in encoder {
      halved.append(block(halved.last.map { $0.leakyRectified(slope: 0.2) } ?? input))
    }
    // Each reader applies its own rectifier: LeakyReLU in the encoder, ReLU in the decoder.
    var x = halved.removeLast()
    for block in decoder.dropFirst().reversed() {
      x = concatenated([halved.removeLast(), block(x.rectified())], axis: 3)
    }
    return decoder[0](x.rectified()).hyperbolicTangent()
  }

  public static func sizeMultiple(of configuration: Configuration) -> Int { 1 << configuration.downsamplings }
  /// Memory peaks at the decoder's last norm. With the image's own statistics, that norm needs two copies beside its
  /// input.
  public var valuesPerPixel: Int {
    let hasCopies = configuration.norm == .batch && configuration.atTest == .asInTraining
    return configuration.width * (hasCopies ? 9 : 5) / 4
  }
}

extension UNetGenerator {
  /// Halves the height and width: a convolution, then a norm except in the outermost and innermost steps.
  public struct EncoderBlock: Layer {
    public let convolution: Conv2D
    public let norm: (any Layer)?

    init(_ step: Step, norm: Norm) {
      convolution = Conv2D(
        step.outerInputs, step.inner, kernel: 4, stride: 2, padding: 1, hasBias: norm.leavesBiasToConvolution)
      self.norm = step.hasEncoderNorm ? norm.layer(channels: step.inner) : nil
    }

    public func callAsFunction(_ input: Tensor) -> Tensor { convolution(input, then: norm) }
  }

  /// Doubles the height and width: a transposed convolution, a norm except in the outermost step, and dropout in some
  /// steps.
  public struct DecoderBlock: Layer {
    public let transposed: ConvTranspose2D
    public let norm: (any Layer)?
    private let dropout: Dropout?

    init(_ step: Step, norm: Norm) {
      transposed = ConvTranspose2D(
        step.doublingInputs, step.outerOutputs, kernel: 4, stride: 2, padding: 1,
        hasBias: step.isOutermost || norm.leavesBiasToConvolution)
      self.norm = step.hasDecoderNorm ? norm.layer(channels: step.outerOutputs) : nil
      dropout = step.hasDropout ? Dropout() : nil
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let output = transposed(input, then: norm)
      return dropout?(output) ?? output
    }
  }
}
