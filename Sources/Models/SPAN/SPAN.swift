import Layers
import Tensors

/// The Swift Parameter-free Attention Network (Wan et al. 2023): blocks of three convolutions whose output is weighted by a
/// function of itself, then one pixel shuffle.
///
/// `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, both in 0...1, but the output is not clamped.
public struct SPAN: UpscalingNetwork {
  public enum Form: String, Codable, Sendable, CaseIterable {
    /// Re-parameterised: 3x3 convolutions are learnt in branches.
    case open
    /// With one plain kernel each.
    case folded
  }

  public struct Configuration: UpscalingConfiguration {
    public var inputChannels = 3, outputChannels = 3
    public var width = 48
    public var blocks = 6
    public var scale = 4
    /// Whether the mean colour is subtracted from the input and the rest multiplied by 255.
    public var normalizes = true
    public var form = Form.open

    public init() {}

    func convolution(_ inputChannels: Int, _ outputChannels: Int) -> any KernelConvolution {
      switch form {
      case .open: ReparameterizedConvolution(inputChannels, outputChannels)
      case .folded: Conv2D(inputChannels, outputChannels, kernel: 3, padding: 1)
      }
    }
  }

  public let configuration: Configuration
  public let first: any KernelConvolution
  public let blocks: [Block]
  public let deep: any KernelConvolution
  public let fusion: Conv2D
  public let upsampling: Conv2D
  /// In files, 0 says that the input is not normalised; nil if it is.
  public let unnormalized: RunningStatistic?

  public init(_ configuration: Configuration = Configuration()) {
    let (width, scale) = (configuration.width, configuration.scale)
    self.configuration = configuration
    first = configuration.convolution(configuration.inputChannels, width)
    blocks = (0..<configuration.blocks).map { _ in Block(configuration) }
    deep = configuration.convolution(width, width)
    fusion = Conv2D(4 * width, width, kernel: 1)
    upsampling = Conv2D(
      width, configuration.outputChannels * scale * scale, kernel: 3, padding: 1, shuffle: scale)
    unnormalized = configuration.normalizes ? nil : RunningStatistic(repeating: 0, shape: [1])
  }

  public func features(of input: Tensor) -> Tensor {
    let shallow = first(normalized(input))  // [N, H, W, width], as all features
    var x = shallow
    var early: Tensor?
    for block in blocks.dropLast() {
      x = block(x)
      early = early ?? x
    }
    let (last, inner) = blocks[blocks.count - 1].outputs(of: x)
    return fusion(concatenated([shallow, deep(last), early ?? last, inner], axis: 3))
  }

  public func output(from features: Tensor, of input: Tensor) -> Tensor {
    upsampling(features).pixelShuffled(by: configuration.scale)
  }

  /// DIV2K's mean colour.
  static let mean: [Float] = [0.4488, 0.4371, 0.4040]

  private func normalized(_ input: Tensor) -> Tensor {
    configuration.normalizes ? (input - Tensor(NDArray(Self.mean, shape: [3]))) * 255 : input
  }
}

extension SPAN {
  public var featureRadius: Int { 3 * configuration.blocks + 2 }
  public var outputRadius: Int { 1 }
  public var featureValuesPerPixel: Int { 6 * configuration.width }
  public var outputValuesPerPixel: Int {
    configuration.width + 2 * configuration.outputChannels * configuration.scale * configuration.scale
  }
}

extension SPAN {
  /// Three convolutions with SiLU between them, whose output x, added to the block's input, is multiplied by
  /// sigmoid(x) - 1/2.
  public struct Block: Layer {
    public let first: any KernelConvolution
    public let second: any KernelConvolution
    public let third: any KernelConvolution

    init(_ configuration: Configuration) {
      let width = configuration.width
      first = configuration.convolution(width, width)
      second = configuration.convolution(width, width)
      third = configuration.convolution(width, width)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor { outputs(of: input).output }

    /// The output, and the first convolution's after its SiLU.
    func outputs(of input: Tensor) -> (output: Tensor, inner: Tensor) {
      let inner = first(input).sigmoidRectified()
      return (third(second(inner).sigmoidRectified()).attended(adding: input), inner)
    }
  }
}
