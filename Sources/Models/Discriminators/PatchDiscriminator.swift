import Layers
import Tensors

/// PatchGAN (Isola et al. 2017): one logit for each patch of the image, of 70x70 pixels with 3 layers.
///
/// `[N, H, W, inputChannels]` -> `[N, H', W', 1]` logits; 256x256 gives 30x30 with 3 layers.
public struct PatchDiscriminator: DiscriminatorNetwork {
  public struct Configuration: DiscriminatorConfiguration {
    public var inputChannels = 3
    public var width = 64
    /// The number of convolutions with stride 2.
    public var layers = 3
    public var norm = Norm.instance

    public init() {}

    func channels(after layer: Int) -> Int { width * min(1 << layer, 8) }
  }

  public let configuration: Configuration
  public let first: Conv2D
  public let middle: [ConvBlock]
  public let last: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    let width = configuration.width
    self.configuration = configuration
    first = Conv2D(configuration.inputChannels, width, kernel: 4, stride: 2, padding: 1)
    middle = (1...max(1, configuration.layers)).map { layer in
      ConvBlock(
        configuration.channels(after: layer - 1), configuration.channels(after: layer), kernel: 4,
        stride: layer < configuration.layers ? 2 : 1, padding: 1,
        norm: configuration.norm, negativeSlope: 0.2)
    }
    last = Conv2D(configuration.channels(after: configuration.layers), 1, kernel: 4, padding: 1)
  }

  public func judged(_ input: Tensor) -> (verdict: Tensor, features: [Tensor]) {
    var features = [first(input).leakyRectified(slope: 0.2)]
    for block in middle { features.append(block(features[features.count - 1])) }
    return (last(features[features.count - 1]), features)
  }

  /// The names in pytorch-CycleGAN-and-pix2pix's files.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    var keys = TensorKey.convolution(
      "first", "model.0", configuration.inputChannels, configuration.channels(after: 0), kernel: 4)
    for layer in 0..<configuration.layers {
      keys += TensorKey.block(
        "middle.\(layer)", "model.\(2 + 3 * layer)", configuration.channels(after: layer),
        configuration.channels(after: layer + 1), kernel: 4, norm: "model.\(3 + 3 * layer)", configuration.norm)
    }
    let last = configuration.channels(after: configuration.layers)
    return keys + TensorKey.convolution("last", "model.\(2 + 3 * configuration.layers)", last, 1, kernel: 4)
  }
}

extension PatchDiscriminator {
  public static let name = "patch"
  public static let exampleOfGeneratorFile: String? = "latest_net_G_A.pth"
  public static let title = "PatchGAN discriminator"

  public static let sizeSettings = ["layers"]

  public static let settings: [Setting<Configuration>] = [
    .integer("layers", \.layers, 1...8),
    .integer("width", \.width, 1...1024),
    .choice("norm", \.norm),
  ]

  /// Each strided layer halves the size, and each of the last two convolutions takes one pixel off.
  public static func smallestSize(of configuration: Configuration) -> Int { 3 << configuration.layers }

  public static func summary(of configuration: Configuration) -> String {
    "\(title) of \(judged(configuration.inputChannels))"
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let first = tensors.convolution("model.0.weight", kernel: 4),
      tensors.convolution("model.2.weight", kernel: 4) != nil
    else { return nil }
    var configuration = Configuration()
    configuration.inputChannels = first.input
    configuration.width = first.output
    // The number of convolutions between the first and the last; bounded so that channel counts do not overflow.
    configuration.layers = min(max(1, tensors.count { "model.\(2 + 3 * $0).weight" } - 1), largestDepth)
    configuration.norm = tensors["model.3.weight"]?.rank == 1 ? .batch : .instance
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }

  public static func difference(in tensors: TensorShapes) -> String? {
    let hasSeveral = ["scale0_layer0.0.weight", "layer0.0.weight"].contains {
      tensors.convolution($0, kernel: 4) != nil
    }
    return hasSeveral
      ? "pix2pixHD's discriminators, which judge images: expected its generator, such as latest_net_G.pth" : nil
  }

  private static let largestDepth = 16
}
