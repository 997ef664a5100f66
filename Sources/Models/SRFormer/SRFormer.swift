import Layers
import Tensors

/// SRFormer (Zhou et al. 2023): SwinIR's groups with far larger windows, whose keys and values are of 2x2 pixels each, permuted
/// into channels, and with a depthwise convolution in each perceptron.
///
/// `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, both in 0...1, but the output is not clamped; H and W
/// multiples of `window`.
public struct SRFormer: UpscalingNetwork {
  public struct Configuration: UpscalingConfiguration {
    public var inputChannels = 3, outputChannels = 3
    public var width = 180
    /// The number of blocks in each group.
    public var depths = [6, 6, 6, 6, 6, 6]
    /// The number of attention's heads in each group, by which `width` is divisible.
    public var heads = [6, 6, 6, 6, 6, 6]
    /// Even.
    public var window = 24
    /// The perceptrons' inner channels.
    public var hidden = 360
    public var scale = 4
    public var upsampling = UpsamplingHead.Kind.stepwise
    /// The channels while images are enlarged.
    public var upsamplingWidth = 64
    public var connection = ConnectionLayer.Kind.plain
    /// Whether there is a norm before the first group.
    public var normalizesFirst = true

    public init() {}

    var head: UpsamplingHead.Plan {
      UpsamplingHead.Plan(
        kind: upsampling, width: width, innerWidth: upsamplingWidth, outputChannels: outputChannels, scale: scale)
    }
  }

  public let configuration: Configuration
  public let first: Conv2D
  public let firstNorm: LayerNorm?
  public let groups: [Group]
  public let lastNorm: LayerNorm
  public let trunk: ConnectionLayer
  public let head: UpsamplingHead

  public init(_ configuration: Configuration = Configuration()) {
    let width = configuration.width
    self.configuration = configuration
    first = Conv2D(configuration.inputChannels, width, kernel: 3, padding: 1)
    firstNorm = configuration.normalizesFirst ? LayerNorm(width) : nil
    groups = zip(configuration.depths, configuration.heads).map { Group(configuration, depth: $0, heads: $1) }
    lastNorm = LayerNorm(width)
    trunk = ConnectionLayer(width, configuration.connection)
    head = UpsamplingHead(configuration.head)
  }

  public func features(of input: Tensor) -> Tensor {
    let shallow = first(input - mean)  // [N, H, W, width], as all features
    var x = firstNorm?(shallow) ?? shallow
    for group in groups { x = group(x) }
    return trunk(lastNorm(x)) + shallow
  }

  public func output(from features: Tensor, of input: Tensor) -> Tensor {
    head(features) + (configuration.upsampling == .none ? input : mean)
  }

  private var mean: Tensor {
    MeanColor.tensor(inputChannels: configuration.inputChannels, outputChannels: configuration.outputChannels)
  }
}

extension SRFormer {
  public static func sizeMultiple(of configuration: Configuration) -> Int { configuration.window }

  public var featureStride: Int { 1 }
  public var featureRadius: Int {
    let connection = configuration.connection.radius
    let groups = configuration.depths.flatMap { depth in
      (0..<depth).flatMap {
        [
          AttentionReach.Step.windows(configuration.window, shift: $0 % 2 * (configuration.window / 2)),
          .radius(Block.kernel / 2),
        ]
      } + [.radius(connection)]
    }
    return AttentionReach.radius(of: [.radius(1)] + groups + [.radius(connection)])
  }
  public var outputRadius: Int { configuration.head.radius }
  public var featureValuesPerPixel: Int { 6 * configuration.width + 3 * configuration.hidden }
  public var outputValuesPerPixel: Int { configuration.head.valuesPerPixel }
}
