import Layers
import Tensors

/// A colorizer that says for each pixel how likely each of `ColorBins` is (Zhang et al. 2016), and beside that a single
/// best guess. The guess is calm, since it is a mean of all that is possible; the likeliest colours are vivid.
///
/// `[N, H, W, 1]`, L / 50 - 1 of CIE Lab, -> `[N, H, W, 2]`, a / 110 and b / 110; H and W multiples of 32. Colours are
/// found at a quarter of the image's size.
public struct ColorBinNetwork: TranslationNetwork, EncodingNetwork {
  public struct Configuration: GeneratorConfiguration {
    public var inputChannels = 1, outputChannels = 2

    public init() {}
  }

  public let configuration: Configuration
  public let base: EncoderDecoder
  /// Logits of the bins, then the guess.
  public let head: Conv2D
  /// For each bin, the logarithm of how much its pixels counted in training, where rare colours count more: `[count]`.
  /// Colours are that much likelier by the logits than in truth.
  public let rarity = RunningStatistic(repeating: 0, shape: [ColorBins.count])

  /// How many times smaller than the image the scores are.
  public static let reduction = 4
  /// The unit of the guess in Lab's a and b, so that it varies about as much as the logits.
  public static let guessUnit: Float = 40
  /// Chosen on photographs apart: livelier than what is nearest to the truth in the mean, and hardly further from it.
  public static let usualVividness: Float = 0.6
  /// Below 1, this moves the mean of the bins towards the likeliest ones: the annealed mean of the paper.
  static let temperature: Float = 0.38

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    base = EncoderDecoder(inputChannels: configuration.inputChannels)
    head = Conv2D(EncoderDecoder.outputChannels, ColorBins.count + 2, kernel: 1)
  }

  /// What the network says of each pixel of the reduced image.
  public struct Scores {
    /// Logits of `ColorBins`: `[N, H / 4, W / 4, ColorBins.count]`.
    public let bins: Tensor
    /// a and b over `guessUnit`: `[N, H / 4, W / 4, 2]`.
    public let guess: Tensor

    private let rarity: NDArray

    /// - Parameters:
    ///   - output: that of `scoring(_:)`.
    ///   - network: the one that it is from.
    public init(_ output: Tensor, of network: ColorBinNetwork) {
      rarity = network.rarity.value
      bins = output.sliced(axis: 3, range: 0..<ColorBins.count)
      guess = output.sliced(axis: 3, range: ColorBins.count..<ColorBins.count + 2)
    }

    /// Chroma, a / 110 and b / 110: `[N, H / 4, W / 4, 2]`.
    ///
    /// The less vivid, the less do rare colours count in the bins (logit adjustment: Menon et al. 2021), too.
    ///
    /// - Parameter vividness: 0 for the guess alone, 1 for the colours that are likeliest as training weighted them.
    public func chroma(vividness: Float = ColorBinNetwork.usualVividness) -> Tensor {
      let calm = guess * (ColorBinNetwork.guessUnit / 110)
      if vividness == 0 { return calm }
      let likelihoods = ((bins - Tensor(rarity) * (1 - vividness)) * (1 / ColorBinNetwork.temperature)).softmax()
      let pixels = bins.shape.count / ColorBins.count
      let vivid = likelihoods.reshaped(to: [pixels, ColorBins.count]).matrixProduct(with: Tensor(ColorBins.chroma))
        .reshaped(to: guess.shape)
      return vivid * vividness + calm * (1 - vividness)
    }
  }

  /// The bins' logits and the guess in one: `[N, H / 4, W / 4, ColorBins.count + 2]`.
  public func scoring(_ input: Tensor) -> Tensor { head(base(input)) }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    Scores(scoring(input), of: self).chroma().upsampledBilinear(by: Self.reduction)
  }

  public var encoder: EfficientNetLite0Encoder { base.encoder }

  /// Memory peaks where scores become chroma: at a quarter of the size, five arrays of the head's channels are alive, 71
  /// values per pixel. The pool of freed blocks doubles that, as measured between 512 and 1,024 pixels a side.
  public var valuesPerPixel: Int { 2 * 5 * (ColorBins.count + 2) / (Self.reduction * Self.reduction) + 10 }
}

extension ColorBinNetwork {
  public static let name = "colorBins"
  public static let title = "network of colour bins (EfficientNet-Lite0)"

  public static let settings: [Setting<Configuration>] = []

  public static func sizeMultiple(of configuration: Configuration) -> Int { EfficientNetLite0Encoder.sizeMultiple }

  public static func problem(with configuration: Configuration) -> String? { problemWithColors(of: configuration) }

  public static func summary(of configuration: Configuration) -> String {
    "network of \(ColorBins.count) colour bins, with EfficientNet-Lite0 as its encoder"
  }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }

  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    EncoderDecoder.tensorKeys("base", inputChannels: configuration.inputChannels)
      + TensorKey.convolution("head", "head", EncoderDecoder.outputChannels, ColorBins.count + 2, kernel: 1)
      + [TensorKey.vector("rarity", "rarity", ColorBins.count)]
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard tensors.convolution("encoder._conv_stem.weight", kernel: 3)?.input == 1,
      tensors.convolution("head.weight", kernel: 1)?.output == ColorBins.count + 2
    else { return nil }
    return Recognition(Configuration(), keys: tensorKeys(for: Configuration()))
  }
}
