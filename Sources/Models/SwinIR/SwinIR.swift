import Layers
import Tensors

/// SwinIR (Liang et al. 2021): residual groups of transformer blocks whose attention stays within windows, every second time
/// within windows shifted by half their size.
///
/// `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, both in 0...1, but the output is not clamped; H and W
/// multiples of `window`.
public struct SwinIR: UpscalingNetwork {
  public struct Configuration: UpscalingConfiguration {
    public var inputChannels = 3, outputChannels = 3
    public var width = 180
    /// The number of blocks in each group.
    public var depths = [6, 6, 6, 6, 6, 6]
    /// The number of attention's heads in each group, by which `width` is divisible.
    public var heads = [6, 6, 6, 6, 6, 6]
    public var window = 8
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

    /// The network computes with values up to 255 if its windows are those that were chosen for JPEG's blocks.
    var range: Float { window == 7 ? 255 : 1 }

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
    let shallow = first(normalized(input))  // [N, H, W, width], as all features
    var x = firstNorm?(shallow) ?? shallow
    for group in groups { x = group(x) }
    return trunk(lastNorm(x)) + shallow
  }

  public func output(from features: Tensor, of input: Tensor) -> Tensor {
    let output = head(features) * (1 / configuration.range)
    return output + (configuration.upsampling == .none ? input : mean)
  }

  private func normalized(_ input: Tensor) -> Tensor { (input - mean) * configuration.range }

  private var mean: Tensor {
    MeanColor.tensor(inputChannels: configuration.inputChannels, outputChannels: configuration.outputChannels)
  }
}

extension SwinIR {
  public static func sizeMultiple(of configuration: Configuration) -> Int { configuration.window }

  public var featureStride: Int { 1 }
  public var featureRadius: Int {
    let connection = configuration.connection.radius
    let groups = configuration.depths.flatMap { depth in
      (0..<depth).map { AttentionReach.Step.windows(configuration.window, shift: $0 % 2 * (configuration.window / 2)) }
        + [.radius(connection)]
    }
    return AttentionReach.radius(of: [.radius(1)] + groups + [.radius(connection)])
  }
  public var outputRadius: Int { configuration.head.radius }
  public var featureValuesPerPixel: Int { 8 * configuration.width }
  public var outputValuesPerPixel: Int { configuration.head.valuesPerPixel }
}
