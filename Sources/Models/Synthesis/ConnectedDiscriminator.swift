import Layers
import Tensors

/// A discriminator of fully connected layers alone (Goodfellow et al. 2014).
public struct ConnectedDiscriminator: WholeDiscriminator {
  public struct Configuration: WholeDiscriminatorConfiguration {
    public var inputChannels = 1
    public var size = 28
    public var outputs = 1
    /// Values of each hidden layer.
    public var width = 256
    /// How many hidden layers there are.
    public var layers = 2

    public init() {}

    var inputs: Int { size * size * inputChannels }
  }

  public let configuration: Configuration
  public let hidden: [Linear]
  public let last: Linear

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    hidden = (0..<configuration.layers).map {
      Linear($0 == 0 ? configuration.inputs : configuration.width, configuration.width)
    }
    last = Linear(configuration.width, configuration.outputs)
  }

  public func judged(_ input: Tensor) -> (verdict: Tensor, features: [Tensor]) {
    var features = [input.reshaped(to: [input.shape[0], configuration.inputs])]
    for layer in hidden { features.append(layer(features[features.count - 1]).leakyRectified(slope: 0.2)) }
    return (last(features[features.count - 1]), Array(features.dropFirst()))
  }
}

extension ConnectedDiscriminator {
  public static let name = "connected"
  public static let title = "fully connected discriminator"

  public static let settings: [Setting<Configuration>] = [
    .integer("width", \.width, 1...8192), .integer("hiddenLayers", \.layers, 1...16),
  ]

  public static func summary(of configuration: Configuration) -> String { title }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }
}
