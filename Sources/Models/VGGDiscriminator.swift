import Layers
import Tensors

/// SRGAN's discriminator in ESRGAN's form (Ledig et al. 2017, Wang et al. 2018; after Simonyan and Zisserman 2015): the
/// image halved until few pixels are left, then one verdict for all of it.
///
/// `[N, size, size, inputChannels]` -> `[N, 1]` logits.
public struct VGGDiscriminator: PyTorchNetwork, FeatureDiscriminator {
  public struct Configuration: Codable, Sendable, Equatable {
    public var inputChannels = 3
    public var width = 64
    /// The side of the square images that it judges, a multiple of 32.
    public var size = 128

    public init() {}

    /// BasicSR halves images of 256 pixels and more once more.
    var stages: Int { size < 256 ? 5 : 6 }
    /// Of each stage's output.
    func channels(_ stage: Int) -> Int { width * min(1 << stage, 8) }
    /// What is left of an image in all channels, for the linear layers.
    var features: Int { (size >> stages) * (size >> stages) * channels(stages - 1) }
  }

  public let configuration: Configuration
  /// Without a norm.
  public let first: Conv2D
  /// From the first stage's second convolution on: 4x4 with stride 2, then each further stage's 3x3 and 4x4.
  public let blocks: [ConvBlock]
  public let hidden: Linear
  public let last: Linear

  public init(_ configuration: Configuration = Configuration()) {
    precondition(
      configuration.size > 0 && configuration.size % 32 == 0,
      "the size is \(configuration.size), expected a multiple of 32")
    self.configuration = configuration
    first = Conv2D(configuration.inputChannels, configuration.width, kernel: 3, padding: 1)
    blocks = Self.plan(configuration).map {
      ConvBlock(
        $0.input, $0.output, kernel: $0.kernel, stride: $0.kernel == 4 ? 2 : 1, padding: 1, norm: .batch,
        negativeSlope: 0.2)
    }
    hidden = Linear(configuration.features, Self.hiddenFeatures)
    last = Linear(Self.hiddenFeatures, 1)
  }

  private static let hiddenFeatures = 100

  /// Each block's stage and channels.
  private static func plan(_ configuration: Configuration) -> [(stage: Int, input: Int, output: Int, kernel: Int)] {
    (0..<configuration.stages).flatMap { stage in
      let (input, output) = (configuration.channels(max(0, stage - 1)), configuration.channels(stage))
      return (stage == 0 ? [] : [(stage, input, output, 3)]) + [(stage, output, output, 4)]
    }
  }

  public func judged(_ input: Tensor) -> (verdict: Tensor, features: [Tensor]) {
    precondition(
      input.shape[1] == configuration.size && input.shape[2] == configuration.size,
      "images of shape \(input.shape) for a discriminator of \(configuration.size)x\(configuration.size) pixels")
    var features = [first(input).leakyRectified(slope: 0.2)]  // [N, size, size, width]
    for block in blocks { features.append(block(features[features.count - 1])) }
    // The linear layers' weights take features in PyTorch's order.
    let flat = features[features.count - 1].transposed([0, 3, 1, 2])
      .reshaped(to: [input.shape[0], configuration.features])
    return (last(hidden(flat).leakyRectified(slope: 0.2)), features)
  }

  /// The names in BasicSR's files.
  public static func pyTorchKeys(for configuration: Configuration) -> [PyTorchKey] {
    var keys = PyTorchKey.convolution("first", "conv0_0", configuration.inputChannels, configuration.width)
    for (index, block) in plan(configuration).enumerated() {
      let place = "\(block.stage)_\(block.kernel == 4 ? 1 : 0)"
      keys += PyTorchKey.block(
        "blocks.\(index)", "conv\(place)", block.input, block.output, kernel: block.kernel, norm: "bn\(place)", .batch)
    }
    return keys + PyTorchKey.linear("hidden", "linear1", configuration.features, hiddenFeatures)
      + PyTorchKey.linear("last", "linear2", hiddenFeatures, 1)
  }
}
