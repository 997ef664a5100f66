import Layers
import Tensors

/// Omni-SR (Wang et al. 2023): groups of blocks that attend, by turns, within windows and among pixels spread over the image,
/// each time first among pixels and then among channels.
///
/// `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, both in 0...1, but the output is not clamped; H and W
/// multiples of `window`, at least 15.
public struct OmniSR: UpscalingNetwork {
  public struct Configuration: UpscalingConfiguration {
    public var inputChannels = 3, outputChannels = 3
    public var width = 64
    public var groups = 5
    /// The blocks of each group.
    public var blocks = 1
    public var window = 8
    public var scale = 4
    /// Whether the convolutions between blocks have biases.
    public var hasBias = true
    /// Whether attention among pixels adds something for their distances.
    public var hasPositions = true

    public init() {}

    /// The heads of each attention.
    static let heads = 4
  }

  public let configuration: Configuration
  public let first: Conv2D
  public let groups: [Group]
  public let trunk: Conv2D
  public let upsampling: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    let (width, scale, hasBias) = (configuration.width, configuration.scale, configuration.hasBias)
    self.configuration = configuration
    first = Conv2D(configuration.inputChannels, width, kernel: 3, padding: 1, hasBias: hasBias)
    groups = (0..<configuration.groups).map { _ in Group(configuration) }
    trunk = Conv2D(width, width, kernel: 3, padding: 1, hasBias: hasBias)
    upsampling = Conv2D(
      width, configuration.outputChannels * scale * scale, kernel: 3, padding: 1, hasBias: hasBias, shuffle: scale)
  }

  public func features(of input: Tensor) -> Tensor {
    let shallow = first(input)  // [N, H, W, width], as all features
    var x = shallow
    for group in groups { x = group(x) }
    return trunk(x) + shallow
  }

  public func output(from features: Tensor, of input: Tensor) -> Tensor {
    upsampling(features).pixelShuffled(by: configuration.scale)
  }
}

extension OmniSR {
  /// Whole windows, and at least the 15 pixels that the pooling at a group's end needs.
  public static func sizeMultiple(of configuration: Configuration) -> Int {
    (15 + configuration.window - 1) / configuration.window * configuration.window
  }

  public var featureStride: Int { 1 }
  public var featureRadius: Int { Self.usualHalo }
  /// By attention among pixels spread over the image.
  public var dependsOnWholeImage: Bool { true }
  public var outputRadius: Int { 1 }
  public var featureValuesPerPixel: Int { 14 * configuration.width }
  public var outputValuesPerPixel: Int {
    configuration.width + 2 * configuration.outputChannels * configuration.scale * configuration.scale
  }
}
