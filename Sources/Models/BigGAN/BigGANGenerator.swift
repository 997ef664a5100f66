import Layers
import Tensors

/// BigGAN's generator (Brock et al. 2019): residual blocks that double the size, each of which is told the class by one embedding that
/// all share, beside a part of the noise of its own.
public struct BigGANGenerator: SynthesisNetwork {
  public struct Configuration: SynthesisConfiguration {
    /// Divisible by the number of blocks and one, if each takes a part.
    public var noise = 128
    public var classes = 0
    public var outputChannels = 3
    public var size = 32
    /// What blocks have multiples of as channels.
    public var width = 64
    /// Values that stand for a class.
    public var embedding = 128
    /// Whether each block takes a part of the noise, and not only the first layer.
    public var hierarchical = true
    /// The size after whose block there is attention, in pixels; 0 for none.
    public var attention = 0

    public init() {}

    var plan: [(inputs: Int, outputs: Int, side: Int)] { BigGANPlan.generator(size: size) }
    /// Of the noise that the first layer takes, and with `hierarchical` each block.
    var part: Int { hierarchical ? noise / (plan.count + 1) : noise }
    /// What blocks are told.
    var told: Int { (classes > 0 ? embedding : 0) + (hierarchical ? part : 0) }
  }

  /// Enlarges by repeating pixels, between two norms whose factors and addends are made of what the block is told.
  public struct Block {
    public let firstNorm: ToldNorm, secondNorm: ToldNorm
    public let first: SpectralConvolution, second: SpectralConvolution, shortcut: SpectralConvolution
    public let attention: SelfAttention2D?

    init(_ inputs: Int, _ outputs: Int, told: Int, attends: Bool) {
      (firstNorm, secondNorm) = (ToldNorm(inputs, told: told), ToldNorm(outputs, told: told))
      first = SpectralConvolution(inputs, outputs, kernel: 3)
      second = SpectralConvolution(outputs, outputs, kernel: 3)
      shortcut = SpectralConvolution(inputs, outputs, kernel: 1)
      attention = attends ? SelfAttention2D(outputs) : nil
    }

    func callAsFunction(_ input: Tensor, _ told: Tensor?) -> Tensor {
      let x = first(firstNorm(input, told).rectified().upsampledNearest(by: 2))
      let y = second(secondNorm(x, told).rectified()) + shortcut(input.upsampledNearest(by: 2))
      return attention?(y) ?? y
    }
  }

  /// Batch norm whose factor and addend for each channel are made of a vector for each image.
  public struct ToldNorm {
    public let norm: BatchNorm2D
    /// Nil where there is nothing to tell.
    public let factor: SpectralLinear?, addend: SpectralLinear?

    init(_ channels: Int, told: Int) {
      norm = BatchNorm2D(channels, isAffine: false)
      func linear() -> SpectralLinear? { told > 0 ? SpectralLinear(told, channels, hasBias: false) : nil }
      (factor, addend) = (linear(), linear())
    }

    func callAsFunction(_ input: Tensor, _ told: Tensor?) -> Tensor {
      let normalized = norm(input)
      guard let factor, let addend, let told else { return normalized }
      let shape: Shape = [input.shape[0], 1, 1, input.shape[3]]
      return normalized * (factor(told).reshaped(to: shape) + 1) + addend(told).reshaped(to: shape)
    }
  }

  public let configuration: Configuration
  /// Of the classes, `[classes, embedding]`; nil without any.
  public let shared: Parameter?
  public let project: SpectralLinear
  public let blocks: [Block]
  public let norm: BatchNorm2D
  public let last: SpectralConvolution

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    let (width, plan, told) = (configuration.width, configuration.plan, configuration.told)
    shared =
      configuration.classes > 0
      ? Parameter(repeating: 0, shape: [configuration.classes, configuration.embedding], role: .embedding) : nil
    project = SpectralLinear(configuration.part, 16 * plan[0].inputs * width)
    blocks = plan.map {
      Block(
        $0.inputs * width, $0.outputs * width, told: told, attends: configuration.attention == $0.side)
    }
    let channels = plan[plan.count - 1].outputs * width
    norm = BatchNorm2D(channels, negativeSlope: 0)
    last = SpectralConvolution(channels, configuration.outputChannels, kernel: 3)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let (noise, part) = (configuration.noise, configuration.part)
    let embedded = shared.map { input.sliced(axis: 1, range: noise..<input.shape[1]).matrixProduct(with: $0.tensor) }
    var x = project(input.sliced(axis: 1, range: 0..<part))
      .reshaped(to: [input.shape[0], configuration.plan[0].inputs * configuration.width, 4, 4]).transposed([0, 2, 3, 1])
    for (index, block) in blocks.enumerated() {
      let own =
        configuration.hierarchical
        ? input.sliced(axis: 1, range: (index + 1) * part..<(index + 2) * part) : nil
      let told = [embedded, own].compactMap(\.self)
      x = block(x, told.isEmpty ? nil : concatenated(told, axis: 1))
    }
    return last(norm(x)).hyperbolicTangent()
  }
}
