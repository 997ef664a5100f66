import Layers
import Tensors

/// Zhang et al.'s colorizer of 2017, a U-Net that can also be given the colours of some pixels. It is given none here.
///
/// `[N, H, W, 1]`, L / 50 - 1 of CIE Lab, -> `[N, H, W, 2]`, a / 110 and b / 110; H and W multiples of 8.
public struct SIGGRAPH17: ColorizingNetwork {
  public struct Configuration: GeneratorConfiguration {
    public var inputChannels = 1, outputChannels = 2
    /// Channels at the image's size; smaller features have up to eight times as many.
    public var width = 64

    public init() {}
  }

  public let configuration: Configuration
  /// At the image's size, a half, a quarter and an eighth of it.
  public let encoder: [ConvolutionRun]
  public let middle: [ConvolutionRun]
  public let quarter: EnlargingStep, half: EnlargingStep, whole: EnlargingStep
  public let quarterRun: ConvolutionRun, halfRun: ConvolutionRun
  public let wholeConvolution: Conv2D
  public let colors: Conv2D

  /// The channels of lightness, a and b of the known colours, and whether they are known.
  private static let seen = 4

  public init(_ configuration: Configuration = Configuration()) {
    let width = configuration.width
    self.configuration = configuration
    encoder = [
      ConvolutionRun(Self.seen, width, count: 2), ConvolutionRun(width, 2 * width, count: 2),
      ConvolutionRun(2 * width, 4 * width, count: 3), ConvolutionRun(4 * width, 8 * width, count: 3),
    ]
    middle = [2, 2, 1].map { ConvolutionRun(8 * width, 8 * width, count: 3, dilation: $0) }
    quarter = EnlargingStep(8 * width, 4 * width, skip: 4 * width)
    quarterRun = ConvolutionRun(4 * width, 4 * width, count: 2)
    half = EnlargingStep(4 * width, 2 * width, skip: 2 * width)
    halfRun = ConvolutionRun(2 * width, 2 * width, count: 1)
    whole = EnlargingStep(2 * width, 2 * width, skip: width)
    wholeConvolution = Conv2D(2 * width, 2 * width, kernel: 3, padding: 1)
    colors = Conv2D(2 * width, configuration.outputChannels, kernel: 1)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let unknown = Tensor(NDArray(repeating: 0, shape: [input.shape[0], input.shape[1], input.shape[2], Self.seen - 1]))
    var x = concatenated([input * 0.5, unknown], axis: 3)  // L / 100 - 0.5
    var features: [Tensor] = []
    for run in encoder {
      x = run(features.isEmpty ? x : x.everySecondPixel)
      features.append(x)
    }
    for run in middle { x = run(x) }  // [N, H / 8, W / 8, 8 width]
    x = quarterRun(quarter(x, beside: features[2]))
    x = halfRun(half(x, beside: features[1]))
    x = wholeConvolution(whole(x, beside: features[0])).leakyRectified(slope: 0.2)  // [N, H, W, 2 width]
    return colors(x).hyperbolicTangent()
  }

  /// Features of twice the size, to which what a convolution makes of the encoder's is added, rectified.
  public struct EnlargingStep {
    public let enlargement: ConvTranspose2D
    public let skip: Conv2D

    init(_ inputChannels: Int, _ outputChannels: Int, skip skipChannels: Int) {
      enlargement = ConvTranspose2D(inputChannels, outputChannels, kernel: 4, stride: 2, padding: 1)
      skip = Conv2D(skipChannels, outputChannels, kernel: 3, padding: 1)
    }

    func callAsFunction(_ input: Tensor, beside features: Tensor) -> Tensor {
      (enlargement(input) + skip(features)).rectified()
    }
  }
}

extension Tensor {
  /// `[N, H, W, C] -> [N, H / 2, W / 2, C]`, from the first row and column on.
  fileprivate var everySecondPixel: Tensor {
    gathered(rows: Array(stride(from: 0, to: shape[1], by: 2)), columns: Array(stride(from: 0, to: shape[2], by: 2)))
  }
}

extension SIGGRAPH17 {
  public static let name = "siggraph17"
  public static let title = "colorizer of Zhang et al. 2017"

  public static let settings: [Setting<Configuration>] = [.integer("width", \.width, 1...256)]

  public static let view = ColorizingView(size: 256, isSquare: false)

  public static func sizeMultiple(of configuration: Configuration) -> Int { 8 }

  public static func summary(of configuration: Configuration) -> String {
    "colorizer of Zhang et al. 2017, width \(configuration.width)"
  }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }

  /// Memory peaks at the image's size, where the encoder's features lie beside the decoder's and what is added to them.
  public var valuesPerPixel: Int { 10 * configuration.width }
  /// A weight transformed for Winograd's filtering takes 4 times its own memory.
  public var valuesPerParameter: Int { 5 }
}

/// The names in the files of richzhang/colorization, which also hold a layer for training, `model_class`.
extension SIGGRAPH17 {
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let width = configuration.width
    func enlargement(_ path: String, _ key: String, _ inputs: Int, _ outputs: Int) -> [TensorKey] {
      TensorKey.convolution(
        "\(path).enlargement", "\(key).0", inputs, outputs, kernel: 4, layout: .transposedConvolution)
    }
    var keys: [TensorKey] = []
    var channels = seen
    for (index, count) in [2, 2, 3, 3].enumerated() {
      keys += ConvolutionRun.keys("encoder.\(index)", "model\(index + 1)", channels, width << index, count: count)
      channels = width << index
    }
    for index in 0..<3 {
      keys += ConvolutionRun.keys("middle.\(index)", "model\(index + 5)", channels, channels, count: 3)
    }
    return keys + enlargement("quarter", "model8up", 8 * width, 4 * width)
      + TensorKey.convolution("quarter.skip", "model3short8.0", 4 * width, 4 * width)
      + ConvolutionRun.keys("quarterRun", "model8", 4 * width, 4 * width, count: 2, first: 1)
      + enlargement("half", "model9up", 4 * width, 2 * width)
      + TensorKey.convolution("half.skip", "model2short9.0", 2 * width, 2 * width)
      + ConvolutionRun.keys("halfRun", "model9", 2 * width, 2 * width, count: 1, first: 1)
      + enlargement("whole", "model10up", 2 * width, 2 * width)
      + TensorKey.convolution("whole.skip", "model1short10.0", width, 2 * width)
      + TensorKey.convolution("wholeConvolution", "model10.1", 2 * width, 2 * width)
      + TensorKey.convolution("colors", "model_out.0", 2 * width, configuration.outputChannels, kernel: 1)
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let first = tensors.convolution("model1.0.weight", kernel: 3), first.input == seen,
      tensors.convolution("model1short10.0.weight", kernel: 3) != nil
    else { return nil }
    var configuration = Configuration()
    configuration.width = first.output
    return problem(with: configuration) == nil
      ? Recognition(configuration, keys: tensorKeys(for: configuration)) : nil
  }
}
