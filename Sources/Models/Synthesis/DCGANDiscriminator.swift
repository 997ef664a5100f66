import Layers
import Tensors

/// DCGAN's discriminator (Radford et al. 2016): convolutions that each halve the size and double the channels, then a linear
/// layer.
public struct DCGANDiscriminator: WholeDiscriminator {
  public struct Configuration: WholeDiscriminatorConfiguration {
    public var inputChannels = 3
    public var size = 64
    public var outputs = 1
    /// Channels of the first convolution.
    public var width = 64
    /// How often the size is halved.
    public var halvings = 4
    /// Whether there is batch norm after all convolutions but the first; a penalty on gradients wants none.
    public var batchNorm = true
    /// What the last layer is told of the rest of the batch.
    public var minibatch = MinibatchView.none

    public init() {}

    func channels(_ halving: Int) -> Int { width << halving }
    var features: Int { (size >> halvings) * (size >> halvings) * channels(halvings - 1) }
  }

  public let configuration: Configuration
  public let convolutions: [Conv2D]
  /// None after the first convolution; empty without batch norm.
  public let norms: [BatchNorm2D]
  /// Nil if the last layer is not told of the rest of the batch.
  public let minibatch: (any Layer)?
  public let last: Linear

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    convolutions = (0..<configuration.halvings).map { halving in
      Conv2D(
        halving == 0 ? configuration.inputChannels : configuration.channels(halving - 1),
        configuration.channels(halving), kernel: 4, stride: 2, padding: 1,
        hasBias: halving == 0 || !configuration.batchNorm)
    }
    norms =
      configuration.batchNorm
      ? (1..<max(1, configuration.halvings)).map { BatchNorm2D(configuration.channels($0), negativeSlope: 0.2) } : []
    minibatch = configuration.minibatch.layer(features: configuration.features)
    last = Linear(configuration.features + configuration.minibatch.further, configuration.outputs)
  }

  public func judged(_ input: Tensor) -> (verdict: Tensor, features: [Tensor]) {
    var features: [Tensor] = []
    for (index, convolution) in convolutions.enumerated() {
      let x = convolution(features.last ?? input)
      features.append(index == 0 || norms.isEmpty ? x.leakyRectified(slope: 0.2) : norms[index - 1](x))
    }
    let seen = features[features.count - 1].reshaped(to: [input.shape[0], configuration.features])
    return (last(minibatch?(seen) ?? seen), features)
  }
}

extension DCGANDiscriminator {
  public static let name = "dcgan"
  public static let title = "DCGAN discriminator"
  public static let sizeSettings = ["stages"]

  public static let settings: [Setting<Configuration>] = [
    .integer("width", \.width, 1...1024), .integer("stages", \.halvings, 1...8), .flag("batchNorm", \.batchNorm),
    .choice("minibatch", \.minibatch),
  ]

  public static func sizeMultiple(of configuration: Configuration) -> Int { 1 << configuration.halvings }

  public static func problem(with configuration: Configuration) -> String? {
    problem(with: configuration, halvings: configuration.halvings)
  }

  public static func summary(of configuration: Configuration) -> String { title }
}
