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
    /// What the last layer is told of the rest of the batch.
    public var minibatch = MinibatchView.none

    public init() {}

    var inputs: Int { size * size * inputChannels }
  }

  public let configuration: Configuration
  public let hidden: [Linear]
  /// Nil if the last layer is not told of the rest of the batch.
  public let minibatch: (any Layer)?
  public let last: Linear

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    hidden = (0..<configuration.layers).map {
      Linear($0 == 0 ? configuration.inputs : configuration.width, configuration.width)
    }
    minibatch = configuration.minibatch.layer(features: configuration.width)
    last = Linear(configuration.width + configuration.minibatch.further, configuration.outputs)
  }

  public func judged(_ input: Tensor) -> (verdict: Tensor, features: [Tensor]) {
    var features = [input.reshaped(to: [input.shape[0], configuration.inputs])]
    for layer in hidden { features.append(layer(features[features.count - 1]).leakyRectified(slope: 0.2)) }
    let seen = features[features.count - 1]
    return (last(minibatch?(seen) ?? seen), Array(features.dropFirst()))
  }
}

extension ConnectedDiscriminator {
  public static let name = "connected"
  public static let title = "fully connected discriminator"

  public static let settings: [Setting<Configuration>] = [
    .integer("width", \.width, 1...8192), .integer("hiddenLayers", \.layers, 1...16),
    .choice("minibatch", \.minibatch),
  ]

  public static func summary(of configuration: Configuration) -> String { title }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }
}
