import Layers
import Tensors

/// BigGAN's discriminator (Brock et al. 2019): residual blocks with spectral norm, the sum over all places, and for each output a
/// linear layer. With `synthesis.condition: projection`, those of the classes are the projection on their embeddings.
public struct BigGANDiscriminator: WholeDiscriminator {
  public struct Configuration: WholeDiscriminatorConfiguration {
    public var inputChannels = 3
    public var size = 32
    public var outputs = 1
    /// What blocks have multiples of as channels.
    public var width = 64
    /// The size after whose block there is attention, in pixels; 0 for none.
    public var attention = 0

    public init() {}

    var plan: [(inputs: Int?, outputs: Int, side: Int, halves: Bool)] { BigGANPlan.discriminator(size: size) }
  }

  /// Two convolutions, then perhaps means of four pixels; beside it one of single pixels, where channels or size change.
  public struct Block {
    public let first: SpectralConvolution, second: SpectralConvolution
    public let shortcut: SpectralConvolution?
    public let attention: SelfAttention2D?
    private let isFirst: Bool, halves: Bool

    init(_ inputs: Int, _ outputs: Int, isFirst: Bool, halves: Bool, attends: Bool) {
      first = SpectralConvolution(inputs, outputs, kernel: 3)
      second = SpectralConvolution(outputs, outputs, kernel: 3)
      shortcut = inputs != outputs || halves ? SpectralConvolution(inputs, outputs, kernel: 1) : nil
      attention = attends ? SelfAttention2D(outputs) : nil
      (self.isFirst, self.halves) = (isFirst, halves)
    }

    func callAsFunction(_ input: Tensor) -> Tensor {
      func sized(_ x: Tensor) -> Tensor { halves ? x.averagePooled(window: 2) : x }
      // An image is not rectified before it is seen.
      let x = sized(second(first(isFirst ? input : input.rectified()).rectified()))
      let beside = isFirst ? shortcut?(sized(input)) ?? input : sized(shortcut?(input) ?? input)
      let sum = x + beside
      return attention?(sum) ?? sum
    }
  }

  public let configuration: Configuration
  public let blocks: [Block]
  public let last: SpectralLinear
  /// Of all outputs but the first; nil if there are none.
  public let further: SpectralLinear?

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    let (width, plan) = (configuration.width, configuration.plan)
    blocks = plan.enumerated().map { index, step in
      Block(
        step.inputs.map { $0 * width } ?? configuration.inputChannels, step.outputs * width, isFirst: index == 0,
        halves: step.halves, attends: configuration.attention == step.side && step.halves)
    }
    let channels = plan[plan.count - 1].outputs * width
    last = SpectralLinear(channels, 1)
    further = configuration.outputs > 1 ? SpectralLinear(channels, configuration.outputs - 1, hasBias: false) : nil
  }

  public func judged(_ input: Tensor) -> (verdict: Tensor, features: [Tensor]) {
    var features: [Tensor] = []
    for block in blocks { features.append(block(features.last ?? input)) }
    let sums = features[features.count - 1].rectified().sum(axes: [1, 2])
    guard let further else { return (last(sums), features) }
    return (concatenated([last(sums), further(sums)], axis: 1), features)
  }
}

extension BigGANDiscriminator {
  public static let name = "biggan"
  public static let title = "BigGAN discriminator"

  public static let settings: [Setting<Configuration>] = [
    .integer("width", \.width, 1...512), .integer("attention", \.attention, 0...128),
  ]

  public static func problem(with configuration: Configuration) -> String? {
    if let problem = problemWithSettings(of: configuration) ?? problemWithData(of: configuration)
      ?? BigGANPlan.problem(size: configuration.size)
    {
      return problem
    }
    let sides = configuration.plan.filter(\.halves).map(\.side)
    guard configuration.attention > 0, !sides.contains(configuration.attention) else { return nil }
    return "its attention is at \(configuration.attention) pixels, expected 0, "
      + SettingText.alternatives(sides.map(String.init))
  }

  public static func summary(of configuration: Configuration) -> String { title }

  public static func initializer(for configuration: Configuration) -> Initializer { .xavier }
}
