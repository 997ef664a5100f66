import Layers
import Tensors

/// A U-Net with EfficientNet-Lite0 as its encoder, for translation with few pairs: the encoder can begin with weights that
/// know photographs.
///
/// `[N, H, W, inputChannels]` -> `[N, H, W, outputChannels]`, both in -1...1; H and W multiples of 32.
public struct EncoderUNet: TranslationNetwork, EncodingNetwork {
  public struct Configuration: GeneratorConfiguration {
    public var inputChannels = 3, outputChannels = 3

    public init() {}
  }

  public let configuration: Configuration
  public let base: EncoderDecoder
  public let half: ConvBlock
  public let whole: ConvBlock
  public let head: Conv2D

  private static let halfChannels = 48, wholeChannels = 32

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    base = EncoderDecoder(inputChannels: configuration.inputChannels)
    half = ConvBlock(
      EncoderDecoder.outputChannels + EfficientNetLite0Encoder.channels.half, Self.halfChannels, padding: 1,
      norm: .batch)
    whole = ConvBlock(
      Self.halfChannels + configuration.inputChannels, Self.wholeChannels, padding: 1, norm: .batch)
    head = Conv2D(Self.wholeChannels, configuration.outputChannels, kernel: 3, padding: 1)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let features = base.encoder.features(input)
    let halved = half(EncoderDecoder.enlarged(base.decoded(features), beside: features.half))
    return head(whole(EncoderDecoder.enlarged(halved, beside: input))).hyperbolicTangent()
  }

  public var encoder: EfficientNetLite0Encoder { base.encoder }

  /// Memory peaks at the convolution of the whole size, with what it reads and makes. Beside it, `half`'s output is
  /// alive, before and after its rectifier, and the encoder's features, of which those below half the size take less
  /// than those at half. The pool of freed blocks doubles that, as measured between 512 and 1,024 pixels a side.
  public var valuesPerPixel: Int {
    let halved = 2 * Self.halfChannels + 2 * EfficientNetLite0Encoder.channels.half
    return 2 * (Self.halfChannels + configuration.inputChannels + Self.wholeChannels + halved / 4)
  }
}

extension EncoderUNet {
  public static let name = "encoderUNet"
  public static let title = "U-Net with an encoder (EfficientNet-Lite0)"

  public static let settings: [Setting<Configuration>] = []

  public static func sizeMultiple(of configuration: Configuration) -> Int { EfficientNetLite0Encoder.sizeMultiple }

  public static func summary(of configuration: Configuration) -> String {
    "U-Net with EfficientNet-Lite0 as its encoder, \(SummaryText.channels(configuration))"
  }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }

  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    EncoderDecoder.tensorKeys("base", inputChannels: configuration.inputChannels)
      + TensorKey.block(
        "half", "half.convolution", EncoderDecoder.outputChannels + EfficientNetLite0Encoder.channels.half,
        halfChannels, norm: "half.norm", .batch)
      + TensorKey.block(
        "whole", "whole.convolution", halfChannels + configuration.inputChannels, wholeChannels, norm: "whole.norm",
        .batch)
      + TensorKey.convolution("head", "head", wholeChannels, configuration.outputChannels)
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let stem = tensors.convolution("encoder._conv_stem.weight", kernel: 3),
      let head = tensors.convolution("head.weight", kernel: 3), tensors["whole.convolution.weight"] != nil
    else { return nil }
    var configuration = Configuration()
    (configuration.inputChannels, configuration.outputChannels) = (stem.input, head.output)
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }
}
