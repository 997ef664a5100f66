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

    public init() {}

    /// Model files call the variant `form`.
    enum CodingKeys: String, CodingKey {
      case inputChannels, outputChannels, width, blocks, scale
      case variant = "form"
    }

    /// The factors of the pixel shuffles.
    var steps: [Int] {
      scale == 3 ? [3] : Array(repeating: 2, count: scale.trailingZeroBitCount)
    }
  }

  public let configuration: Configuration
  public let first: Conv2D
  public let firstRectifier: PReLU
  public let blocks: [ResidualBlock]
  public let trunk: Conv2D
  /// Nil in the bounded variant.
  public let trunkNorm: BatchNorm2D?
  /// Nil in the linear variant.
  public let trunkRectifier: PReLU?
  public let upsampling: [ShuffleBlock]
  public let last: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    let (width, steps, isBounded) = (configuration.width, configuration.steps, configuration.variant == .bounded)
    precondition(
      steps.reduce(1, *) == configuration.scale, "the scale is \(configuration.scale), expected a power of 2, or 3")
    self.configuration = configuration
    first = Conv2D(configuration.inputChannels, width, kernel: 9, padding: 4)
    firstRectifier = PReLU()
    blocks = (0..<configuration.blocks).map { _ in ResidualBlock(width, hasBiases: isBounded) }
    trunk = Conv2D(width, width, kernel: 3, padding: 1, hasBias: isBounded)
    trunkNorm = isBounded ? nil : BatchNorm2D(width)
    trunkRectifier = isBounded ? PReLU() : nil
    upsampling = steps.map { ShuffleBlock(width, factor: $0) }
    last = Conv2D(width, configuration.outputChannels, kernel: 9, padding: 4)
  }

  public func features(of input: Tensor) -> Tensor {
    let shallow = firstRectifier(first(input))  // [N, H, W, width]
    var x = shallow
    for block in blocks { x = block(x) }
    x = trunkNorm.map { $0(x, after: trunk) } ?? trunk(x)
    if let trunkRectifier { x = trunkRectifier(x) }
    return shallow + x
  }

  public func output(from features: Tensor, of input: Tensor) -> Tensor {
    var x = features
    for block in upsampling { x = block(x) }
    x = last(x)  // [N, scale H, scale W, outputChannels]
    return configuration.variant == .bounded ? x.hyperbolicTangent() * 0.5 + 0.5 : x
  }
}

extension SRResNet {
  /// Four pixels for the first convolution, two for each block, and one for the convolution after the blocks.
  public var featureRadius: Int { 5 + 2 * configuration.blocks }
  /// The radius of all convolutions from the first upsampling on, rounded up to whole pixels of the input.
  public var outputRadius: Int { 3 }
  public var featureValuesPerPixel: Int { 4 * configuration.width }
  public var outputValuesPerPixel: Int { 3 * configuration.width * configuration.scale * configuration.scale }
}

extension SRResNet {
  /// x + norm(conv(PReLU(norm(conv(x))))).
  public struct ResidualBlock: Layer {
    public let first: Conv2D
    public let firstNorm: BatchNorm2D
    public let rectifier: PReLU
    public let second: Conv2D
    public let secondNorm: BatchNorm2D

    init(_ channels: Int, hasBiases: Bool) {
      first = Conv2D(channels, channels, kernel: 3, padding: 1, hasBias: hasBiases)
      firstNorm = BatchNorm2D(channels)
      rectifier = PReLU()
      second = Conv2D(channels, channels, kernel: 3, padding: 1, hasBias: hasBiases)
      secondNorm = BatchNorm2D(channels)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      input + secondNorm(rectifier(firstNorm(input, after: first)), after: second)
    }
  }

  /// `[N, H, W, channels]` -> `[N, factor H, factor W, channels]`.
  public struct ShuffleBlock: Layer {
    public let convolution: Conv2D
    public let rectifier: PReLU
    private let factor: Int

    init(_ channels: Int, factor: Int) {
      convolution = Conv2D(channels, channels * factor * factor, kernel: 3, padding: 1, shuffle: factor)
      rectifier = PReLU()
      self.factor = factor
    }

    public func callAsFunction(_ input: Tensor) -> Tensor { rectifier(convolution(input).pixelShuffled(by: factor)) }
  }
}
