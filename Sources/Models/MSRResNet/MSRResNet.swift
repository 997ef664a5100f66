import Layers
import Tensors

/// The super-resolution ResNet without norms (BasicSR's MSRResNet, after Ledig et al. 2017 and Lim et al. 2017): residual
/// blocks at the input's size, then the difference from the enlarged input.
///
/// `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, colours in 0...1 on both sides, the output not
/// clamped. As the enlarged input is added to the output, it has as many channels, or one.
public struct MSRResNet: UpscalingNetwork {
  public enum Upsampling: String, Codable, Sendable, CaseIterable {
    /// Convolutions and pixel shuffles by 2 or 3 at a time, then two convolutions at the output's size, as published.
    case stepwise
    /// One convolution makes all the output's pixels at the input's size: a fraction of the FLOPs (as in SwinIR's
    /// lightweight variant, Liang et al. 2021).
    case direct
  }

  public struct Configuration: UpscalingConfiguration {
    public var inputChannels = 3, outputChannels = 3
    public var width = 64
    public var blocks = 16
    /// Stepwise 2, 3 or 4.
    public var scale = 4
    public var upsampling = Upsampling.stepwise

    public init() {}

    /// The factors of the stepwise pixel shuffles.
    var steps: [Int] { upsampling == .direct ? [] : scale == 4 ? [2, 2] : [scale] }

    /// What the last convolution makes.
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
    upsampling = steps.map { Conv2D(width, width * $0 * $0, kernel: 3, padding: 1) }
    refinement = configuration.upsampling == .direct ? nil : Conv2D(width, width, kernel: 3, padding: 1)
    last = Conv2D(width, configuration.lastChannels, kernel: 3, padding: 1)
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
  /// Two pixels for all convolutions from the first upsampling on, one for the last alone.
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

    public func callAsFunction(_ input: Tensor) -> Tensor { input + second(first(input).rectified()) }
  }
}
