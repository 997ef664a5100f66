import Layers
import Tensors

/// DCGAN's generator (Radford et al. 2016): a few pixels made of noise by a linear layer, then transposed convolutions that
/// each double the size and halve the channels, with batch norm between them.
public struct DCGANGenerator: SynthesisNetwork {
  public struct Configuration: SynthesisConfiguration {
    public var noise = 100
    public var classes = 0
    public var outputChannels = 3
    public var size = 64
    /// Channels of the last hidden stage; each one before it has twice as many.
    public var width = 64
    /// How often the size is doubled, so that it is divisible by 2 to that power.
    public var doublings = 4

    public init() {}

    /// The side of the pixels that the noise becomes.
    var first: Int { size >> doublings }
    /// Before so many doublings.
    func channels(_ doubling: Int) -> Int { width << (doublings - 1 - doubling) }
  }

  public let configuration: Configuration
  public let project: Linear
  public let norms: [BatchNorm2D]
  public let convolutions: [ConvTranspose2D]

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    let (side, doublings) = (configuration.first, configuration.doublings)
    project = Linear(configuration.noise + configuration.classes, side * side * configuration.channels(0))
    norms = (0..<doublings).map { BatchNorm2D(configuration.channels($0), negativeSlope: 0) }
    convolutions = (0..<doublings).map { doubling in
      let isLast = doubling == doublings - 1
      return ConvTranspose2D(
        configuration.channels(doubling), isLast ? configuration.outputChannels : configuration.channels(doubling + 1),
        kernel: 4, stride: 2, padding: 1, hasBias: isLast)
    }
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let side = configuration.first
    var x = project(input).reshaped(to: [input.shape[0], side, side, configuration.channels(0)])
    for (norm, convolution) in zip(norms, convolutions) { x = convolution(norm(x)) }
    return x.hyperbolicTangent()
  }
}

extension DCGANGenerator {
  public static let name = "dcgan"
  public static let title = "DCGAN generator"

  public static let settings: [Setting<Configuration>] = [
    .integer("noise", \.noise, 1...4096), .integer("width", \.width, 1...1024),
    .integer("doublings", \.doublings, 1...8),
  ]

  public static func problem(with configuration: Configuration) -> String? {
    problem(with: configuration, doublings: configuration.doublings)
  }

  public static func summary(of configuration: Configuration) -> String { summary(title, configuration) }
}
