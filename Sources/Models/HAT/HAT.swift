import Layers
import Tensors

/// The Hybrid Attention Transformer (Chen et al. 2023): SwinIR's groups with larger windows, a convolution beside each
/// attention whose channels are weighed by their means over the image, and attention to overlapping windows at each
/// group's end.
///
/// `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, both in 0...1, but the output is not clamped; H and W
/// multiples of `window`.
public struct HAT: UpscalingNetwork {
  public struct Configuration: UpscalingConfiguration {
    public var inputChannels = 3, outputChannels = 3
    public var width = 180
    /// The number of blocks in each group.
    public var depths = [6, 6, 6, 6, 6, 6]
    /// The number of attention's heads in each group, by which `width` is divisible.
    public var heads = [6, 6, 6, 6, 6, 6]
    public var window = 16
    /// The side of the windows around those that the last attention of a group looks at.
    public var overlap = 24
    /// The perceptrons' inner channels.
    public var hidden = 360
    /// The inner channels of the convolutions beside attention, and of what weighs their channels.
    public var compressed = 60, squeezed = 6
    public var scale = 4
    /// The channels while images are enlarged.
    public var upsamplingWidth = 64
    /// Whether there is a norm before the first group.
    public var normalizesFirst = true

    public init() {}

    var head: UpsamplingHead.Plan {
      UpsamplingHead.Plan(
        kind: .stepwise, width: width, innerWidth: upsamplingWidth, outputChannels: outputChannels, scale: scale)
    }
  }

  public let configuration: Configuration
  public let first: Conv2D
  public let firstNorm: LayerNorm?
  public let groups: [Group]
  public let lastNorm: LayerNorm
  public let trunk: Conv2D
  public let head: UpsamplingHead

  public init(_ configuration: Configuration = Configuration()) {
    let width = configuration.width
    self.configuration = configuration
    first = Conv2D(configuration.inputChannels, width, kernel: 3, padding: 1)
    firstNorm = configuration.normalizesFirst ? LayerNorm(width) : nil
    groups = zip(configuration.depths, configuration.heads).map { Group(configuration, depth: $0, heads: $1) }
    lastNorm = LayerNorm(width)
    trunk = Conv2D(width, width, kernel: 3, padding: 1)
    head = UpsamplingHead(configuration.head)
  }

  public func features(of input: Tensor) -> Tensor {
    let shallow = first(input - mean)  // [N, H, W, width], as all features
    var x = firstNorm?(shallow) ?? shallow
    for group in groups { x = group(x) }
    return trunk(lastNorm(x)) + shallow
  }

  public func output(from features: Tensor, of input: Tensor) -> Tensor { head(features) + mean }

  private var mean: Tensor {
    MeanColor.tensor(inputChannels: configuration.inputChannels, outputChannels: configuration.outputChannels)
  }
}

extension HAT {
  public static func sizeMultiple(of configuration: Configuration) -> Int { configuration.window }

  public var featureStride: Int { 1 }
  public var featureRadius: Int { Self.usualHalo }
  /// By what weighs the channels of convolutions.
  public var dependsOnWholeImage: Bool { true }
  public var outputRadius: Int { configuration.head.radius }
  public var featureValuesPerPixel: Int { 9 * configuration.width }
  public var outputValuesPerPixel: Int { configuration.head.valuesPerPixel }
}
