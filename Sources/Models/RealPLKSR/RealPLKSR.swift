import Layers
import Tensors

/// RealPLKSR (after Lee et al. 2024, "Partial Large Kernel CNNs for Efficient Super-Resolution", in the form for real
/// photographs): blocks with one large kernel on some of the channels, then one pixel shuffle.
///
/// `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, both in 0...1, but the output is not clamped.
/// Since the input, enlarged by repeating pixels, is added to the output, it must have as many channels, or one.
public struct RealPLKSR: UpscalingNetwork {
  /// Where a block's norm stands, and what it is over.
  public enum BlockNorm: String, Codable, Sendable, CaseIterable {
    /// At the end, over groups of channels of the whole image.
    case group
    /// At the beginning, over each pixel's channels.
    case layer
  }

  public struct Configuration: UpscalingConfiguration {
    public var inputChannels = 3, outputChannels = 3
    public var width = 64
    public var blocks = 28
    public var scale = 4
    /// The side of the large kernels.
    public var kernel = 17
    /// The number of channels that have large kernels.
    public var largeChannels = 16
    public var norm = BlockNorm.group
    /// Whether blocks weigh their values by a function of their surroundings.
    public var attends = true

    public init() {}
  }

  public let configuration: Configuration
  public let first: Conv2D
  public let blocks: [Block]
  public let last: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    let (width, scale) = (configuration.width, configuration.scale)
    self.configuration = configuration
    first = Conv2D(configuration.inputChannels, width, kernel: 3, padding: 1)
    blocks = (0..<configuration.blocks).map { _ in Block(configuration) }
    last = Conv2D(width, configuration.outputChannels * scale * scale, kernel: 3, padding: 1, shuffle: scale)
  }

  public func features(of input: Tensor) -> Tensor {
    var x = first(input)  // [N, H, W, width], as all features
    for block in blocks { x = block(x) }
    return x
  }

  public func output(from features: Tensor, of input: Tensor) -> Tensor {
    last(features).pixelShuffled(by: configuration.scale) + input.upsampledNearest(by: configuration.scale)
  }
}

extension RealPLKSR {
  /// That of a block's convolutions with 3x3 kernels, three or, without attention, two, and of the large one.
  public var featureRadius: Int {
    let radius = 1 + configuration.blocks * (configuration.kernel / 2 + (configuration.attends ? 3 : 2))
    return dependsOnWholeImage ? min(radius, Self.usualHalo) : radius
  }
  public var outputRadius: Int { 1 }
  /// By the statistics of group norms.
  public var dependsOnWholeImage: Bool { configuration.norm == .group }
  public var featureValuesPerPixel: Int { 7 * configuration.width }
  public var outputValuesPerPixel: Int {
    configuration.width + 3 * configuration.outputChannels * configuration.scale * configuration.scale
  }
}

extension RealPLKSR {
  /// The paper's block: local texture, long-range dependency on some channels, attention by each value's surroundings, and
  /// refinement.
  public struct Block: Layer {
    /// Nil with a group norm.
    public let pixelNorm: LayerNorm?
    public let expansion: Conv2D, contraction: Conv2D
    /// With the large kernel.
    public let large: Conv2D
    public let attention: Conv2D?
    public let refinement: Conv2D
    /// Nil with a layer norm.
    public let norm: GroupNorm?

    init(_ configuration: Configuration) {
      let (width, large) = (configuration.width, configuration.largeChannels)
      pixelNorm = configuration.norm == .layer ? LayerNorm(width, epsilon: RealPLKSR.pixelNormEpsilon) : nil
      expansion = Conv2D(width, 2 * width, kernel: 3, padding: 1)
      contraction = Conv2D(2 * width, width, kernel: 3, padding: 1)
      self.large = Conv2D(large, large, kernel: configuration.kernel, padding: configuration.kernel / 2)
      attention = configuration.attends ? Conv2D(width, width, kernel: 3, padding: 1) : nil
      refinement = Conv2D(width, width, kernel: 1)
      norm = configuration.norm == .group ? GroupNorm(width, groups: RealPLKSR.normGroups) : nil
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let mixed = contraction(expansion(pixelNorm?(input) ?? input).mish())
      let reach = large.weight.shape[3]
      var x = large(mixed.sliced(axis: 3, range: 0..<reach))
      if reach < mixed.shape[3] {
        x = concatenated([x, mixed.sliced(axis: 3, range: reach..<mixed.shape[3])], axis: 3)
      }
      if let attention { x = x * attention(x).sigmoid() }
      return norm?(x, after: refinement, adding: input) ?? refinement(x, adding: input)
    }
  }

  static let pixelNormEpsilon: Float = 1e-6
  /// The number of groups of a group norm, which files do not show.
  static let normGroups = 4
}
