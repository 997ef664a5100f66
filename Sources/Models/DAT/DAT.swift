import Layers
import Tensors

/// The Dual Aggregation Transformer (Chen et al. 2023): groups of blocks whose attention is by turns among pixels of
/// rectangular windows, lying and standing, and among channels, each exchanging weights with a depthwise convolution.
///
/// `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, both in 0...1, but the output is not clamped; H and W
/// multiples of the windows' longer side.
public struct DAT: UpscalingNetwork {
  public struct Configuration: UpscalingConfiguration {
    public var inputChannels = 3, outputChannels = 3
    public var width = 180
    /// The number of blocks in each group.
    public var depths = [6, 6, 6, 6, 6, 6]
    /// The number of attention's heads in each group, even, by which `width` is divisible.
    public var heads = [6, 6, 6, 6, 6, 6]
    /// The sides of windows.
    public var windowHeight = 8, windowWidth = 32
    /// The inner channels of the networks on each pixel, half of which gate the others.
    public var hidden = 720
    public var scale = 4
    public var upsampling = UpsamplingHead.Kind.stepwise
    /// The channels while images are enlarged.
    public var upsamplingWidth = 64
    public var connection = ConnectionLayer.Kind.plain

    public init() {}

    var head: UpsamplingHead.Plan {
      UpsamplingHead.Plan(
        kind: upsampling, width: width, innerWidth: upsamplingWidth, outputChannels: outputChannels, scale: scale)
    }

    /// Whether a block attends within windows; otherwise, among channels.
    static func isSpatial(block: Int) -> Bool { block % 2 == 0 }

    /// Whether a block's windows begin half a window later.
    static func isShifted(group: Int, block: Int) -> Bool {
      group % 2 == 0 ? block > 0 && (block - 2) % 4 == 0 : block % 4 == 0
    }
  }

  public let configuration: Configuration
  public let first: Conv2D
  public let firstNorm: LayerNorm
  public let groups: [Group]
  public let lastNorm: LayerNorm
  public let trunk: ConnectionLayer
  public let head: UpsamplingHead

  public init(_ configuration: Configuration = Configuration()) {
    let width = configuration.width
    self.configuration = configuration
    first = Conv2D(configuration.inputChannels, width, kernel: 3, padding: 1)
    firstNorm = LayerNorm(width)
    groups = configuration.depths.indices.map { Group(configuration, index: $0) }
    lastNorm = LayerNorm(width)
    trunk = ConnectionLayer(width, configuration.connection)
    head = UpsamplingHead(configuration.head)
  }

  public func features(of input: Tensor) -> Tensor {
    let shallow = first(input - mean)  // [N, H, W, width], as all features
    var x = firstNorm(shallow)
    for group in groups { x = group(x) }
    return trunk(lastNorm(x)) + shallow
  }

  public func output(from features: Tensor, of input: Tensor) -> Tensor { head(features) + mean }

  private var mean: Tensor {
    MeanColor.tensor(inputChannels: configuration.inputChannels, outputChannels: configuration.outputChannels)
  }
}

extension DAT {
  public static func sizeMultiple(of configuration: Configuration) -> Int {
    max(configuration.windowHeight, configuration.windowWidth)
  }

  public var featureStride: Int { 1 }
  public var featureRadius: Int { Self.usualHalo }
  /// By attention among channels, and by what weighs channels.
  public var dependsOnWholeImage: Bool { true }
  public var outputRadius: Int { configuration.head.radius }
  public var featureValuesPerPixel: Int { 8 * configuration.width + configuration.hidden }
  public var outputValuesPerPixel: Int { configuration.head.valuesPerPixel }
}
