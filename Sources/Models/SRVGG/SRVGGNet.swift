import Layers
import Tensors

/// Real-ESRGAN's small generator (Wang et al. 2021, SRVGGNetCompact): plain convolutions at the input's size, the last
/// of which gives every output pixel's difference from the upsampled input.
///
/// `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, both in 0...1, but the output is not clamped.
/// Since the upsampled input is added to the output, it must have as many channels, or one.
public struct SRVGGNet: UpscalingNetwork {
  /// How the input is upsampled that the last convolution's output is added to.
  public enum Base: String, Codable, Sendable, CaseIterable {
    /// Each pixel repeated, as published. The network must then smooth the steps between them.
    case nearest
    /// Interpolated, so that there are no steps to smooth.
    case bilinear
  }

  public struct Configuration: UpscalingConfiguration {
    public var inputChannels = 3, outputChannels = 3
    public var width = 64
    /// The number of convolutions between the first and the last.
    public var convolutions = 16
    public var scale = 4
    public var base = Base.nearest

    public init() {}
  }

  public let configuration: Configuration
  public let first: Block
  public let middle: [Block]
  public let last: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    let (width, scale) = (configuration.width, configuration.scale)
    self.configuration = configuration
    first = Block(configuration.inputChannels, width)
    middle = (0..<configuration.convolutions).map { _ in Block(width, width) }
    last = Conv2D(width, configuration.outputChannels * scale * scale, kernel: 3, padding: 1, shuffle: scale)
  }

  public func features(of input: Tensor) -> Tensor {
    var x = first(input)  // [N, H, W, width]
    for block in middle { x = block(x) }
    return x
  }

  public func output(from features: Tensor, of input: Tensor) -> Tensor {
    let scale = configuration.scale
    let base =
      switch configuration.base {
      case .nearest: input.upsampledNearest(by: scale)
      case .bilinear: input.upsampledBilinear(by: scale)
      }
    return last(features).pixelShuffled(by: scale) + base
  }
}

extension SRVGGNet {
  public var featureRadius: Int { configuration.convolutions + 1 }
  /// That of the last convolution, and of a bilinear base.
  public var outputRadius: Int { 1 }
  public var featureValuesPerPixel: Int { 2 * configuration.width }
  public var outputValuesPerPixel: Int {
    configuration.width + 3 * configuration.outputChannels * configuration.scale * configuration.scale
  }
}

extension SRVGGNet {
  /// A 3x3 convolution and a PReLU with one slope per channel.
  public struct Block: Layer {
    public let convolution: Conv2D
    public let rectifier: PReLU

    init(_ inputChannels: Int, _ outputChannels: Int) {
      convolution = Conv2D(inputChannels, outputChannels, kernel: 3, padding: 1)
      rectifier = PReLU(channels: outputChannels)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor { rectifier(convolution(input)) }
  }
}
