import Layers
import Tensors

/// ESRGAN's generator (Wang et al. 2018): residual-in-residual dense blocks at the input's size, then upsamplings by 2.
///
/// `[N, H, W, inputChannels]` -> `[N, scale H, scale W, outputChannels]`, both in 0...1, but the output is not clamped;
/// H and W multiples of `unshuffling`.
public struct RRDBNet: UpscalingNetwork {
  /// The connections within a dense block.
  public enum Dense: String, Codable, Sendable, CaseIterable {
    /// As in ESRGAN.
    case plain
    /// As in ESRGAN+ (Rakotonirina and Rasoanaivo 2020): the input, through a 1x1 convolution, is added to the second
    /// convolution's output, and that to the fourth's.
    case residual
  }

  public struct Configuration: UpscalingConfiguration {
    public var inputChannels = 3, outputChannels = 3
    public var width = 64
    /// The number of channels that each convolution adds in a dense block.
    public var growth = 32
    public var blocks = 23
    /// `1 << upsamplings`, or a half or a quarter of that.
    public var scale = 4
    /// The number of upsamplings by 2. It is 2 for every scale in Real-ESRGAN, and log2 of the scale in ESRGAN.
    public var upsamplings = 2
    public var dense = Dense.plain

    public init() {}

    /// The factor of the pixel unshuffle of the input, which is greater than 1 if the upsamplings enlarge by more than
    /// the scale (Wang et al. 2021, Real-ESRGAN).
    public var unshuffling: Int { (1 << upsamplings) / scale }

    var unshuffledChannels: Int { inputChannels * unshuffling * unshuffling }
  }

  public let configuration: Configuration
  public let first: Conv2D
  public let blocks: [Block]
  public let trunk: Conv2D
  public let upsampling: [Conv2D]
  public let refinement: Conv2D
  public let last: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    precondition(
      [1, 2, 4].contains(configuration.unshuffling)
        && configuration.scale * configuration.unshuffling == 1 << configuration.upsamplings,
      "\(configuration.upsamplings) upsamplings by 2 do not make the scale \(configuration.scale)")
    let width = configuration.width
    self.configuration = configuration
    first = Conv2D(configuration.unshuffledChannels, width, kernel: 3, padding: 1)
    blocks = (0..<configuration.blocks).map { _ in
      Block(width, growth: configuration.growth, configuration.dense)
    }
    trunk = Conv2D(width, width, kernel: 3, padding: 1)
    upsampling = (0..<configuration.upsamplings).map { _ in Conv2D(width, width, kernel: 3, padding: 1) }
    refinement = Conv2D(width, width, kernel: 3, padding: 1)
    last = Conv2D(width, configuration.outputChannels, kernel: 3, padding: 1)
  }

  public func features(of input: Tensor) -> Tensor {
    let unshuffling = configuration.unshuffling
    let shallow = first(unshuffling == 1 ? input : input.pixelUnshuffled(by: unshuffling))
    var x = shallow  // [N, H / unshuffling, W / unshuffling, width]
    for block in blocks { x = block(x) }
    return shallow + trunk(x)
  }

  public func output(from features: Tensor, of input: Tensor) -> Tensor {
    var x = features
    for convolution in upsampling { x = convolution(x.upsampledNearest(by: 2)).leakyRectified(slope: 0.2) }
    return last(refinement(x).leakyRectified(slope: 0.2))  // [N, scale H, scale W, outputChannels]
  }
}

extension RRDBNet {
  public static func sizeMultiple(of configuration: Configuration) -> Int { configuration.unshuffling }
  /// One pixel for each convolution: 15 in every block, one before and one after the blocks.
  public var featureRadius: Int { (15 * configuration.blocks + 2) * configuration.unshuffling }
  /// The radius of all convolutions from the first upsampling on, rounded up to whole pixels of the features.
  public var outputRadius: Int { 2 * configuration.unshuffling }
  public var featureValuesPerPixel: Int {
    (5 * configuration.width + 4 * configuration.growth) / (configuration.unshuffling * configuration.unshuffling)
  }
  public var outputValuesPerPixel: Int { 3 * configuration.width * configuration.scale * configuration.scale }
}

extension RRDBNet {
  /// x + 0.2 dense(dense(dense(x))).
  public struct Block: Layer {
    public let dense: [DenseBlock]

    init(_ channels: Int, growth: Int, _ connections: Dense) {
      dense = (0..<3).map { _ in DenseBlock(channels, growth: growth, connections) }
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      var x = input
      for block in dense { x = block(x) }
      return input + x * 0.2
    }
  }

  /// Five convolutions, each of which reads the input and the outputs of all before it. The last one's output, times
  /// 0.2, is added to the input (Zhang et al. 2018, without the 1x1 convolution).
  public struct DenseBlock: Layer {
    public let convolutions: [Conv2D]
    /// The 1x1 convolution of residual connections, without bias; nil without them.
    public let shortcut: Conv2D?

    init(_ channels: Int, growth: Int, _ connections: Dense) {
      shortcut = connections == .residual ? Conv2D(channels, growth, kernel: 1, hasBias: false) : nil
      convolutions = (0..<5).map { index in
        Conv2D(channels + index * growth, index < 4 ? growth : channels, kernel: 3, padding: 1)
      }
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      var features = [input, convolutions[0](input).leakyRectified(slope: 0.2)]
      for (index, convolution) in convolutions[1...3].enumerated() {
        var x = convolution(concatenated(features, axis: 3)).leakyRectified(slope: 0.2)
        if let shortcut, index != 1 { x = x + (index == 0 ? shortcut(input) : features[2]) }
        features.append(x)
      }
      return input + convolutions[4](concatenated(features, axis: 3)) * 0.2
    }
  }
}
