import Layers
import Tensors

/// The residual generator of Gulrajani et al. (2017), as for CIFAR-10: a few pixels made of noise by a linear layer, residual
/// blocks that each double the size, and a convolution. Classes change the scales and shifts of the blocks' batch norm.
public struct ResidualGenerator: SynthesisNetwork {
  public struct Configuration: SynthesisConfiguration {
    public var noise = 128
    public var classes = 0
    public var outputChannels = 3
    public var size = 32
    /// Channels of all blocks.
    public var width = 128
    /// The number of blocks, so that the size is divisible by 2 to that power.
    public var doublings = 3

    public init() {}

    /// The side of the pixels that the noise becomes.
    var first: Int { size >> doublings }
  }

  public let configuration: Configuration
  public let project: Linear
  public let blocks: [EnlargingBlock]
  public let norm: BatchNorm2D
  public let last: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    let width = configuration.width
    project = Linear(configuration.noise, configuration.first * configuration.first * width)
    blocks = (0..<configuration.doublings).map { _ in EnlargingBlock(width, classes: configuration.classes) }
    norm = BatchNorm2D(width, negativeSlope: 0)
    last = Conv2D(width, configuration.outputChannels, kernel: 3, padding: 1)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let (noise, side) = (configuration.noise, configuration.first)
    let classes = configuration.classes > 0 ? input.sliced(axis: 1, range: noise..<input.shape[1]) : nil
    var x = project(classes == nil ? input : input.sliced(axis: 1, range: 0..<noise))
      .reshaped(to: [input.shape[0], side, side, configuration.width])
    for block in blocks { x = block(x, classes) }
    return last(norm(x)).hyperbolicTangent()
  }
}

/// A residual block that doubles an image's size by repeating pixels.
public struct EnlargingBlock {
  public let firstNorm: ConditionalBatchNorm2D, secondNorm: ConditionalBatchNorm2D
  public let first: Conv2D, second: Conv2D
  public let shortcut: Conv2D

  init(_ channels: Int, classes: Int) {
    firstNorm = ConditionalBatchNorm2D(channels, classes: classes)
    secondNorm = ConditionalBatchNorm2D(channels, classes: classes)
    first = Conv2D(channels, channels, kernel: 3, padding: 1)
    second = Conv2D(channels, channels, kernel: 3, padding: 1)
    shortcut = Conv2D(channels, channels, kernel: 1)
  }

  func callAsFunction(_ input: Tensor, _ classes: Tensor?) -> Tensor {
    let x = first(firstNorm(input, classes).rectified().upsampledNearest(by: 2))
    // Repeating pixels after a convolution of one pixel comes to the same as before it.
    return second(secondNorm(x, classes).rectified()) + shortcut(input).upsampledNearest(by: 2)
  }
}

extension ResidualGenerator {
  public static let name = "residual"
  public static let title = "residual generator from noise"

  public static let settings: [Setting<Configuration>] = [
    .integer("noise", \.noise, 1...4096), .integer("width", \.width, 1...1024),
    .integer("doublings", \.doublings, 1...8),
  ]

  public static func problem(with configuration: Configuration) -> String? {
    problem(with: configuration, doublings: configuration.doublings)
  }

  public static func summary(of configuration: Configuration) -> String { summary(title, configuration) }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }
}
