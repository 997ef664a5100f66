import Layers
import Tensors

/// The residual critic of Gulrajani et al. (2017), as for CIFAR-10: residual blocks, the first of which halve the size, then the
/// mean over the image and a linear layer. There is no batch norm, so that a penalty on slopes is one of each image.
public struct ResidualDiscriminator: WholeDiscriminator {
  public struct Configuration: WholeDiscriminatorConfiguration {
    public var inputChannels = 3
    public var size = 32
    public var outputs = 1
    /// Channels of all blocks.
    public var width = 128
    /// The number of blocks that halve the size.
    public var halvings = 2
    /// The number of blocks after them.
    public var blocks = 2
    /// Whether there is layer norm before the convolutions of all blocks but the first.
    public var layerNorm = false
    /// What the last layer is told of the rest of the batch.
    public var minibatch = MinibatchView.none

    public init() {}
  }

  public let configuration: Configuration
  public let blocks: [JudgingBlock]
  /// Nil if the last layer is not told of the rest of the batch.
  public let minibatch: (any Layer)?
  public let last: Linear

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    blocks = (0..<configuration.halvings + configuration.blocks).map { index in
      let kind: JudgingBlock.Kind = index == 0 ? .first : index < configuration.halvings ? .halving : .plain
      return JudgingBlock(
        index == 0 ? configuration.inputChannels : configuration.width, configuration.width, kind,
        layerNorm: configuration.layerNorm)
    }
    minibatch = configuration.minibatch.layer(features: configuration.width)
    last = Linear(configuration.width + configuration.minibatch.further, configuration.outputs)
  }

  public func judged(_ input: Tensor) -> (verdict: Tensor, features: [Tensor]) {
    let outputs = blocks.reduce(input) { $1($0) }.rectified()
    let seen = outputs.mean(axes: [1, 2])
    return (last(minibatch?(seen) ?? seen), [outputs])
  }
}

/// A residual block of a critic.
public struct JudgingBlock {
  enum Kind {
    /// Halves the size of images, which are not rectified before anything was learnt of them.
    case first
    case halving, plain
  }

  /// None in the first block, and without layer norm.
  public let norms: [GroupNorm]
  public let first: Conv2D, second: Conv2D
  /// Nil where the size stays.
  public let shortcut: Conv2D?
  private let kind: Kind

  init(_ inputChannels: Int, _ channels: Int, _ kind: Kind, layerNorm: Bool) {
    self.kind = kind
    // Over the whole image, with parameters for each channel.
    norms =
      layerNorm && kind != .first ? [inputChannels, channels].map { GroupNorm($0, groups: 1) } : []
    first = Conv2D(inputChannels, channels, kernel: 3, padding: 1)
    second = Conv2D(channels, channels, kernel: 3, padding: 1)
    shortcut = kind == .plain ? nil : Conv2D(inputChannels, channels, kernel: 1)
  }

  func callAsFunction(_ input: Tensor) -> Tensor {
    func normalized(_ x: Tensor, _ place: Int) -> Tensor { (norms.isEmpty ? x : norms[place](x)).rectified() }
    let x = second(normalized(first(kind == .first ? input : normalized(input, 0)), 1))
    guard let shortcut else { return input + x }
    return x.averagePooled(window: 2) + shortcut(input.averagePooled(window: 2))
  }
}

extension ResidualDiscriminator {
  public static let name = "residual"
  public static let title = "residual discriminator"
  public static let sizeSettings = ["halvings"]

  public static let settings: [Setting<Configuration>] = [
    .integer("width", \.width, 1...1024), .integer("halvings", \.halvings, 1...8), .integer("blocks", \.blocks, 0...16),
    .flag("layerNorm", \.layerNorm), .choice("minibatch", \.minibatch),
  ]

  public static func sizeMultiple(of configuration: Configuration) -> Int { 1 << configuration.halvings }

  public static func problem(with configuration: Configuration) -> String? {
    problem(with: configuration, halvings: configuration.halvings)
  }

  public static func summary(of configuration: Configuration) -> String { title }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }
}
