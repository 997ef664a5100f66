import Layers
import Tensors

/// pix2pix's generator (Isola et al. 2017, appendix; after Ronneberger et al. 2015): an encoder that halves the image
/// again and again, and a decoder that doubles it as often, each step of which also sees what the encoder had at its size.
///
/// `[N, H, W, inputChannels]` -> `[N, H, W, outputChannels]` in -1...1; H and W multiples of `sizeMultiple`.
public struct UNetGenerator: TranslationNetwork {
  public struct Configuration: GeneratorConfiguration {
    public var inputChannels = 3, outputChannels = 3
    /// Channels after the first halving; each further one doubles them, up to eight times as many.
    public var width = 64
    /// At least 2; 8 for images of 256x256 pixels, 7 for 128x128: the smallest features are then one pixel.
    public var downsamplings = 8
    public var norm = Norm.batch
    /// Whether half of what the decoder's widest steps pass on is dropped in training: from the fifth step inwards, but
    /// for the innermost, so that less than 6 downsamplings have none.
    public var dropout = false
    public var atTest = TestMode.running

    public init() {}

    /// After so many halvings.
    func channels(after downsamplings: Int) -> Int { width * min(1 << (downsamplings - 1), 8) }

    /// From the one that sees the largest image to the innermost one.
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

  /// A halving and the doubling that answers it.
  struct Step {
    /// Channels at the larger size, before the halving and after the doubling.
    let outerInputs: Int, outerOutputs: Int
    /// Channels at the smaller size.
    let inner: Int
    let isOutermost: Bool, isInnermost: Bool
    let hasDropout: Bool

    /// The doubling reads what comes from further inside next to what the halving made.
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
    var halved: [Tensor] = []  // After k halvings [N, H / 2^k, W / 2^k, channels], not rectified.
    for block in encoder {
      halved.append(block(halved.last.map { $0.leakyRectified(slope: 0.2) } ?? input))
    }
    // Each reader rectifies for itself: the encoder leakily, the decoder not.
    var x = halved.removeLast()
    for block in decoder.dropFirst().reversed() {
      x = concatenated([halved.removeLast(), block(x.rectified())], axis: 3)
    }
    return decoder[0](x.rectified()).hyperbolicTangent()
  }

  public static func sizeMultiple(of configuration: Configuration) -> Int { 1 << configuration.downsamplings }
  /// The peak is at the decoder's last norm; one by the image's own statistics has two copies beside its input.
  public var valuesPerPixel: Int {
    let hasCopies = configuration.norm == .batch && configuration.atTest == .asInTraining
    return configuration.width * (hasCopies ? 9 : 5) / 4
  }
}

extension UNetGenerator {
  /// Half the height and width: a convolution, and a norm but in the outermost and innermost steps.
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

  /// Twice the height and width: a transposed convolution, a norm but in the outermost step, dropout in some.
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
