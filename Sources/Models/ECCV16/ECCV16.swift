import Layers
import Tensors

/// Zhang et al.'s colorizer of 2016: the likelihood of each of 313 colours for each square of 4x4 pixels, then their mean.
///
/// `[N, H, W, 1]`, L / 50 - 1 of CIE Lab, -> `[N, H, W, 2]`, a / 110 and b / 110; H and W multiples of 8. Colours are found
/// at a quarter of the image's size.
public struct ECCV16: ColorizingNetwork {
  public struct Configuration: GeneratorConfiguration {
    public var inputChannels = 1, outputChannels = 2
    /// Channels of the first run; later ones have up to eight times as many.
    public var width = 64
    /// The number of colours to choose from.
    public var bins = 313

    public init() {}

    /// From the image on: the channels, convolutions, stride and dilation of each run.
    var runs: [(channels: Int, count: Int, stride: Int, dilation: Int)] {
      [
        (width, 2, 2, 1), (2 * width, 2, 2, 1), (4 * width, 3, 2, 1), (8 * width, 3, 1, 1), (8 * width, 3, 1, 2),
        (8 * width, 3, 1, 2), (8 * width, 3, 1, 1),
      ]
    }
  }

  public let configuration: Configuration
  public let runs: [ConvolutionRun]
  public let enlargement: ConvTranspose2D
  public let refinement: [Conv2D]
  /// Logits of the colours.
  public let scores: Conv2D
  /// a / 110 and b / 110 of each colour.
  public let colors: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    let width = 4 * configuration.width
    self.configuration = configuration
    var channels = configuration.inputChannels
    runs = configuration.runs.map { run in
      defer { channels = run.channels }
      return ConvolutionRun(channels, run.channels, count: run.count, stride: run.stride, dilation: run.dilation)
    }
    enlargement = ConvTranspose2D(2 * width, width, kernel: 4, stride: 2, padding: 1)
    refinement = (0..<2).map { _ in Conv2D(width, width, kernel: 3, padding: 1) }
    scores = Conv2D(width, configuration.bins, kernel: 1)
    colors = Conv2D(configuration.bins, configuration.outputChannels, kernel: 1, hasBias: false)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    var x = input * 0.5  // L / 100 - 0.5
    for run in runs { x = run(x) }  // [N, H / 8, W / 8, 8 width]
    x = enlargement(x).rectified()
    for convolution in refinement { x = convolution(x).rectified() }  // [N, H / 4, W / 4, 4 width]
    return colors(scores(x).softmax()).upsampledBilinear(by: 4)
  }
}

extension ECCV16 {
  public static let name = "eccv16"
  public static let title = "colorizer of Zhang et al. 2016"

  public static let settings: [Setting<Configuration>] = [
    .integer("width", \.width, 1...256),
    .integer("bins", \.bins, 1...4096),
  ]

  public static let view = ColorizingView(size: 256, isSquare: false)

  public static func sizeMultiple(of configuration: Configuration) -> Int { 8 }

  public static func summary(of configuration: Configuration) -> String {
    "colorizer of Zhang et al. 2016, width \(configuration.width), \(configuration.bins) colours"
  }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }

  /// The first convolution's output is alive before and after its rectifier; the rest is smaller.
  public var valuesPerPixel: Int { 3 * configuration.width }
  /// A weight transformed for Winograd's filtering takes 4 times its own memory.
  public var valuesPerParameter: Int { 5 }
}

/// The names in the files of richzhang/colorization.
extension ECCV16 {
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let width = 4 * configuration.width
    var channels = configuration.inputChannels
    var keys: [TensorKey] = []
    for (index, run) in configuration.runs.enumerated() {
      keys += ConvolutionRun.keys("runs.\(index)", "model\(index + 1)", channels, run.channels, count: run.count)
      channels = run.channels
    }
    return keys
      + TensorKey.convolution(
        "enlargement", "model8.0", 2 * width, width, kernel: 4, layout: .transposedConvolution)
      + TensorKey.convolution("refinement.0", "model8.2", width, width)
      + TensorKey.convolution("refinement.1", "model8.4", width, width)
      + TensorKey.convolution("scores", "model8.6", width, configuration.bins, kernel: 1)
      + TensorKey.convolution(
        "colors", "model_out", configuration.bins, configuration.outputChannels, kernel: 1, hasBias: false)
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let first = tensors.convolution("model1.0.weight", kernel: 3), first.input == 1,
      let scores = tensors.convolution("model8.6.weight", kernel: 1)
    else { return nil }
    var configuration = Configuration()
    (configuration.width, configuration.bins) = (first.output, scores.output)
    return problem(with: configuration) == nil
      ? Recognition(configuration, keys: tensorKeys(for: configuration)) : nil
  }
}
