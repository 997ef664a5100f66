import Layers
import Tensors

/// The 1x1 discriminator (Isola et al. 2017), which judges each pixel by its colour alone.
///
/// `[N, H, W, inputChannels]` -> `[N, H, W, 1]` logits.
public struct PixelDiscriminator: DiscriminatorNetwork {
  public struct Configuration: DiscriminatorConfiguration {
    public var inputChannels = 3
    public var width = 64
    public var norm = Norm.instance

    public init() {}
  }

  public let configuration: Configuration
  public let first: Conv2D
  public let middle: ConvBlock
  public let last: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    let (width, norm) = (configuration.width, configuration.norm)
    self.configuration = configuration
    first = Conv2D(configuration.inputChannels, width, kernel: 1)
    middle = ConvBlock(width, 2 * width, kernel: 1, norm: norm, negativeSlope: 0.2)
    last = Conv2D(2 * width, 1, kernel: 1, hasBias: norm.leavesBiasToConvolution)
  }

  public func judged(_ input: Tensor) -> (verdict: Tensor, features: [Tensor]) {
    let narrow = first(input).leakyRectified(slope: 0.2)
    let wide = middle(narrow)
    return (last(wide), [narrow, wide])
  }

  /// The names in pytorch-CycleGAN-and-pix2pix's files.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let (width, norm) = (configuration.width, configuration.norm)
    return TensorKey.convolution("first", "net.0", configuration.inputChannels, width, kernel: 1)
      + TensorKey.block("middle", "net.2", width, 2 * width, kernel: 1, norm: "net.3", norm)
      + TensorKey.convolution("last", "net.5", 2 * width, 1, kernel: 1, hasBias: norm.leavesBiasToConvolution)
  }
}

extension PixelDiscriminator {
  public static let name = "pixel"
  public static let exampleOfGeneratorFile: String? = "latest_net_G_A.pth"
  public static let title = "1x1 discriminator"

  public static let settings: [Setting<Configuration>] = [
    .integer("width", \.width, 1...1024),
    .choice("norm", \.norm),
  ]

  public static func summary(of configuration: Configuration) -> String {
    "\(title) of \(judged(configuration.inputChannels))"
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let first = tensors.convolution("net.0.weight", kernel: 1),
      tensors.convolution("net.2.weight", kernel: 1) != nil
    else { return nil }
    var configuration = Configuration()
    configuration.inputChannels = first.input
    configuration.width = first.output
    configuration.norm = tensors["net.3.weight"]?.rank == 1 ? .batch : .instance
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }
}
