import Layers
import Tensors

/// SRGAN's generator (Ledig et al. 2017): residual blocks with batch norm between two 9x9 convolutions, with upsampling
/// by pixel shuffles before the last.
///
/// `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, both in 0...1, but the output is not clamped.
public struct SRResNet: UpscalingNetwork {
  public enum Variant: String, Codable, Sendable, CaseIterable {
    /// As published: convolutions followed by a norm, including the one after the blocks, have no bias, and the output
    /// is the last convolution's.
    case linear
    /// A common variant: every convolution has a bias, a rectifier replaces the norm after the blocks, and the output
    /// is (tanh(x) + 1) / 2.
    case bounded
  }

  public struct Configuration: UpscalingConfiguration {
    public var inputChannels = 3, outputChannels = 3
    public var width = 64
    public var blocks = 16
    /// A power of 2, or 3.
    public var scale = 4
    public var variant = Variant.linear
    /// What the network has instead of its variant's parts; nil for the published variants.
    public var otherParts: Parts?

    public init() {}

    /// Model files call the variant `form`.
    enum CodingKeys: String, CodingKey {
      case inputChannels, outputChannels, width, blocks, scale, otherParts
      case variant = "form"
    }

    public var parts: Parts { otherParts ?? (variant == .bounded ? .bounded : Parts()) }

    /// The factors of the pixel shuffles.
    var steps: [Int] {
      scale == 3 ? [3] : Array(repeating: 2, count: scale.trailingZeroBitCount)
    }
  }

  public let configuration: Configuration
  public let first: Conv2D
  public let firstRectifier: any Layer
  public let blocks: [ResidualBlock]
  public let trunk: Conv2D
  /// Nil in the bounded variant.
  public let trunkNorm: (any Layer)?
  /// Nil in the linear variant.
  public let trunkRectifier: (any Layer)?
  public let upsampling: [ShuffleBlock]
  public let last: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    let (width, steps, parts) = (configuration.width, configuration.steps, configuration.parts)
    let (edge, padding) = (parts.edgeKernel, parts.edgeKernel / 2)
    precondition(
      steps.reduce(1, *) == configuration.scale, "the scale is \(configuration.scale), expected a power of 2, or 3")
    self.configuration = configuration
    first = Conv2D(
      configuration.inputChannels, width, kernel: edge, padding: padding, hasBias: parts.hasEdgeBiases)
    firstRectifier = parts.makeRectifier(width)
    blocks = (0..<configuration.blocks).map { _ in ResidualBlock(width, parts) }
    trunk = Conv2D(width, width, kernel: 3, padding: 1, hasBias: parts.hasTrunkBias)
    trunkNorm = parts.hasTrunkNorm ? parts.makeNorm(width) : nil
    trunkRectifier = parts.hasTrunkRectifier ? parts.makeRectifier(width) : nil
    upsampling = steps.map { ShuffleBlock(width, factor: $0, parts) }
    last = Conv2D(
      width, configuration.outputChannels, kernel: edge, padding: padding, hasBias: parts.hasEdgeBiases)
  }

  public func features(of input: Tensor) -> Tensor {
    let shallow = firstRectifier(first(configuration.parts.input.encoded(input)))  // [N, H, W, width]
    var x = shallow
    for block in blocks { x = block(x) }
    x = trunk(x, then: trunkNorm)
    if let trunkRectifier { x = trunkRectifier(x) }
    return shallow + x
  }

  public func output(from features: Tensor, of input: Tensor) -> Tensor {
    var x = features
    for block in upsampling { x = block(x) }
    x = last(x)  // [N, scale H, scale W, outputChannels]
    if configuration.parts.hasTanh { x = x.hyperbolicTangent() }
    return configuration.parts.output.decoded(x)
  }
}

extension SRResNet {
  /// Half the kernel for the first convolution, two for each block, and one for the convolution after the blocks.
  public var featureRadius: Int { configuration.parts.edgeKernel / 2 + 1 + 2 * configuration.blocks }
  /// The radius of all convolutions from the first upsampling on, rounded up to whole pixels of the input.
  public var outputRadius: Int { 1 + (configuration.parts.edgeKernel + 1) / 4 }
  public var featureValuesPerPixel: Int { 4 * configuration.width }
  public var outputValuesPerPixel: Int { 3 * configuration.width * configuration.scale * configuration.scale }
}

extension SRResNet {
  /// x + norm(conv(PReLU(norm(conv(x))))).
  public struct ResidualBlock: Layer {
    public let first: Conv2D
    public let firstNorm: (any Layer)?
    public let rectifier: any Layer
    public let second: Conv2D
    public let secondNorm: (any Layer)?

    init(_ channels: Int, _ parts: Parts) {
      first = Conv2D(channels, channels, kernel: 3, padding: 1, hasBias: parts.hasBlockBiases)
      firstNorm = parts.makeNorm(channels)
      rectifier = parts.makeRectifier(channels)
      second = Conv2D(channels, channels, kernel: 3, padding: 1, hasBias: parts.hasBlockBiases)
      secondNorm = parts.makeNorm(channels)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      input + second(rectifier(first(input, then: firstNorm)), then: secondNorm)
    }
  }

  /// `[N, H, W, channels]` -> `[N, factor H, factor W, channels]`.
  public struct ShuffleBlock: Layer {
    public let convolution: Conv2D
    /// Nil in the published variants.
    public let norm: (any Layer)?
    public let rectifier: any Layer
    private let factor: Int

    init(_ channels: Int, factor: Int, _ parts: Parts) {
      let area = factor * factor
      convolution = Conv2D(
        channels, channels * area, kernel: 3, padding: 1, hasBias: parts.hasUpsamplingBiases, shuffle: factor)
      norm = parts.hasUpsamplingNorms ? parts.makeUpsamplingNorm(channels * area) : nil
      rectifier = parts.makeRectifier(channels)
      self.factor = factor
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      rectifier(convolution(input, then: norm).pixelShuffled(by: factor))
    }
  }
}
