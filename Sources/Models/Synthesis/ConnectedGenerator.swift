import Layers
import Tensors

/// A generator of fully connected layers alone (Goodfellow et al. 2014), for small images or for points, which are images of
/// one pixel.
public struct ConnectedGenerator: SynthesisNetwork {
  public struct Configuration: SynthesisConfiguration {
    public var noise = 100
    public var classes = 0
    public var outputChannels = 1
    public var size = 28
    /// Values of each hidden layer.
    public var width = 256
    /// How many hidden layers there are.
    public var layers = 2
    /// Whether a hyperbolic tangent holds values to -1...1.
    public var bounded = true

    public init() {}

    var outputs: Int { size * size * outputChannels }
  }

  public let configuration: Configuration
  public let hidden: [Linear]
  public let last: Linear

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    let width = configuration.width
    hidden = (0..<configuration.layers).map {
      Linear($0 == 0 ? configuration.noise + configuration.classes : width, width)
    }
    last = Linear(width, configuration.outputs)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    var x = input
    for layer in hidden { x = layer(x).rectified() }
    x = last(x)
    let size = configuration.size
    return (configuration.bounded ? x.hyperbolicTangent() : x)
      .reshaped(to: [input.shape[0], size, size, configuration.outputChannels])
  }
}

extension ConnectedGenerator {
  public static let name = "connected"
  public static let title = "fully connected generator"

  public static let settings: [Setting<Configuration>] = [
    .integer("noise", \.noise, 1...4096), .integer("width", \.width, 1...8192),
    .integer("hiddenLayers", \.layers, 1...16),
    .flag("bounded", \.bounded),
  ]

  public static func summary(of configuration: Configuration) -> String { summary(title, configuration) }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }
}
