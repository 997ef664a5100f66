import Layers
import Tensors

/// StyleGAN2's discriminator (Karras et al. 2020): residual blocks that each halve the size, then how much the images of a group
/// differ, and two linear layers.
public struct StyleGAN2Discriminator: WholeDiscriminator {
  public struct Configuration: WholeDiscriminatorConfiguration, StyleGAN2Channels {
    public var inputChannels = 3
    public var size = 256
    public var outputs = 1
    /// Channels times the side of features in pixels, as long as that is not more than `most`.
    public var capacity = 16_384
    /// The most channels.
    public var most = 512
    /// How many images are compared with one another.
    public var group = 4

    public init() {}
  }

  /// Halves the size, by two convolutions beside one of single pixels.
  public struct Block {
    public let first: EqualizedConvolution
    public let second: EqualizedConvolution
    public let skip: EqualizedConvolution

    init(_ inputs: Int, _ outputs: Int) {
      first = EqualizedConvolution(inputs, inputs, kernel: 3)
      second = EqualizedConvolution(inputs, outputs, kernel: 3, halves: true)
      skip = EqualizedConvolution(inputs, outputs, kernel: 1, hasBias: false, halves: true)
    }

    func callAsFunction(_ input: Tensor) -> Tensor {
      let x = second(first(input).scaledLeakyRectified()).scaledLeakyRectified()
      return (skip(input) + x) * Float(0.5).squareRoot()
    }
  }

  public let configuration: Configuration
  public let colors: EqualizedConvolution
  /// From the largest size on.
  public let blocks: [Block]
  private let deviation: MinibatchDeviation
  public let convolution: EqualizedConvolution
  public let hidden: EqualizedLinear
  public let last: EqualizedLinear

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    let channels = configuration.channels(side: 4)
    colors = EqualizedConvolution(
      configuration.inputChannels, configuration.channels(side: configuration.size), kernel: 1)
    blocks = configuration.sides.dropFirst().reversed().map {
      Block(configuration.channels(side: $0), configuration.channels(side: $0 / 2))
    }
    deviation = MinibatchDeviation(groupSize: configuration.group)
    convolution = EqualizedConvolution(channels + 1, channels, kernel: 3)
    hidden = EqualizedLinear(16 * channels, channels)
    last = EqualizedLinear(channels, configuration.outputs)
  }

  public func judged(_ input: Tensor) -> (verdict: Tensor, features: [Tensor]) {
    var features = [colors(input).scaledLeakyRectified()]
    for block in blocks { features.append(block(features[features.count - 1])) }
    let x = convolution(deviation(features[features.count - 1])).scaledLeakyRectified()
    let pixels = x.reshaped(to: [x.shape[0], 16 * x.shape[3]])
    return (last(hidden(pixels).scaledLeakyRectified()), features)
  }
}

extension StyleGAN2Discriminator {
  public static let name = "stylegan2"
  public static let title = "StyleGAN2 discriminator"

  public static let settings: [Setting<Configuration>] = [
    .integer("capacity", \.capacity, 32...131_072), .integer("most", \.most, 1...1024),
    .integer("group", \.group, 1...64),
  ]

  public static func problem(with configuration: Configuration) -> String? {
    problemWithSettings(of: configuration) ?? problemWithData(of: configuration) ?? configuration.problemWithSize
  }

  public static func summary(of configuration: Configuration) -> String { title }

  public static func initializer(for configuration: Configuration) -> Initializer { .equalized }
}
