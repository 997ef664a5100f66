import Layers
import Tensors

/// The super-resolution ResNet without norms (BasicSR's MSRResNet, after Ledig et al. 2017 and Lim et al. 2017):
/// residual blocks at the input's size, then upsampling to the difference from the bilinearly upsampled input.
///
/// `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, both in 0...1, but the output is not clamped.
/// Since the upsampled input is added to the output, it must have as many channels, or one.
public struct MSRResNet: UpscalingNetwork {
  public enum Upsampling: String, Codable, Sendable, CaseIterable {
    /// Convolutions and pixel shuffles by 2 or 3 at a time, then two convolutions at the output's size, as in BasicSR.
    case stepwise
    /// One convolution at the input's size and one pixel shuffle, for a fraction of the FLOPs, as in the lightweight
    /// variant of SwinIR (Liang et al. 2021).
    case direct
  }

  public struct Configuration: UpscalingConfiguration {
    public var inputChannels = 3, outputChannels = 3
    public var width = 64
    public var blocks = 16
    /// 1 to 8; with stepwise upsampling, 2, 3 or 4.
    public var scale = 4
    public var upsampling = Upsampling.stepwise

    public init() {}

    /// The factors of the stepwise pixel shuffles.
    var steps: [Int] { upsampling == .direct ? [] : scale == 4 ? [2, 2] : [scale] }

    /// The channels of the last convolution's output.
    var lastChannels: Int { upsampling == .direct ? outputChannels * scale * scale : outputChannels }
  }

  public let configuration: Configuration
  public let first: Conv2D
  public let blocks: [ResidualBlock]
  /// Empty with direct upsampling.
  public let upsampling: [Conv2D]
  /// Nil with direct upsampling.
  public let refinement: Conv2D?
  public let last: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    let (width, steps) = (configuration.width, configuration.steps)
    self.configuration = configuration
    first = Conv2D(configuration.inputChannels, width, kernel: 3, padding: 1)
    blocks = (0..<configuration.blocks).map { _ in ResidualBlock(width) }
    upsampling = steps.map { Conv2D(width, width * $0 * $0, kernel: 3, padding: 1, shuffle: $0) }
    refinement = configuration.upsampling == .direct ? nil : Conv2D(width, width, kernel: 3, padding: 1)
    last = Conv2D(
      width, configuration.lastChannels, kernel: 3, padding: 1,
      shuffle: configuration.upsampling == .direct ? configuration.scale : 1)
  }

  public func features(of input: Tensor) -> Tensor {
    var x = first(input).leakyRectified(slope: 0.1)  // [N, H, W, width]
    for block in blocks { x = block(x) }
    return x
  }

  public func output(from features: Tensor, of input: Tensor) -> Tensor {
    let scale = configuration.scale
    var x = features
    for (convolution, step) in zip(upsampling, configuration.steps) {
      x = convolution(x).pixelShuffled(by: step).leakyRectified(slope: 0.1)
    }
    if let refinement {
      x = last(refinement(x).leakyRectified(slope: 0.1))  // [N, scale H, scale W, outputChannels]
    } else {
      x = last(x).pixelShuffled(by: scale)
    }
    return x + input.upsampledBilinear(by: scale)
  }
}

extension MSRResNet {
  public var featureRadius: Int { 1 + 2 * configuration.blocks }
  /// Rounded up to whole pixels of the input: 2 for all convolutions from the first upsampling on, or 1 for the last
  /// one alone.
  public var outputRadius: Int { configuration.upsampling == .stepwise ? 2 : 1 }
  public var featureValuesPerPixel: Int { 3 * configuration.width }
  public var outputValuesPerPixel: Int {
    let (width, area) = (configuration.width, configuration.scale * configuration.scale)
    return configuration.upsampling == .stepwise ? 3 * width * area : width + 3 * configuration.outputChannels * area
  }
}

extension MSRResNet {
  /// x + conv(ReLU(conv(x))).
  public struct ResidualBlock: Layer {
    public let first: Conv2D
    public let second: Conv2D

    init(_ channels: Int) {
      first = Conv2D(channels, channels, kernel: 3, padding: 1)
      second = Conv2D(channels, channels, kernel: 3, padding: 1)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor { second(first(input).rectified(), adding: input) }
  }
}
