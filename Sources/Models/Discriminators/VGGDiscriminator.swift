import Layers
import Tensors

/// SRGAN's discriminator as ESRGAN has it (Ledig et al. 2017, Wang et al. 2018; after Simonyan and Zisserman 2015):
/// strided convolutions down to a few pixels, then linear layers that give one logit for the whole image.
///
/// `[N, size, size, inputChannels]` -> `[N, 1]` logits.
public struct VGGDiscriminator: DiscriminatorNetwork {
  public struct Configuration: DiscriminatorConfiguration {
    public var inputChannels = 3
    public var width = 64
    /// The side of the square images that it judges, a multiple of 32.
    public var size = 128

    public init() {}

    public mutating func fit(imagesOf side: Int) { size = side }

    /// As in BasicSR, images of 256 pixels and more have one stage more.
    var stages: Int { size < 256 ? 5 : 6 }
    /// The channels of a stage's output.
    func channels(_ stage: Int) -> Int { width * min(1 << stage, 8) }
    /// The number of values that the last stage passes to the linear layers.
    var features: Int { (size >> stages) * (size >> stages) * channels(stages - 1) }
  }

  public let configuration: Configuration
  /// The first convolution, which has no norm.
  public let first: Conv2D
  /// All further convolutions: the first stage's 4x4 with stride 2, then a 3x3 and a 4x4 with stride 2 for each further
  /// stage.
  public let blocks: [ConvBlock]
  public let hidden: Linear
  public let last: Linear

  public init(_ configuration: Configuration = Configuration()) {
    precondition(
      configuration.size > 0 && configuration.size % Self.sizeMultiple == 0,
      "the size is \(configuration.size), expected a multiple of \(Self.sizeMultiple)")
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
  private static let sizeMultiple = 32

  /// Each block's stage, channels and kernel size.
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
    // The first linear layer's weight expects features in PyTorch's order, channels first.
    let flat = features[features.count - 1].transposed([0, 3, 1, 2])
      .reshaped(to: [input.shape[0], configuration.features])
    return (last(hidden(flat).leakyRectified(slope: 0.2)), features)
  }

  /// The names in BasicSR's files.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    var keys = TensorKey.convolution("first", "conv0_0", configuration.inputChannels, configuration.width)
    for (index, block) in plan(configuration).enumerated() {
      let name = "\(block.stage)_\(block.kernel == 4 ? 1 : 0)"
      keys += TensorKey.block(
        "blocks.\(index)", "conv\(name)", block.input, block.output, kernel: block.kernel, norm: "bn\(name)", .batch)
    }
    return keys + TensorKey.linear("hidden", "linear1", configuration.features, hiddenFeatures)
      + TensorKey.linear("last", "linear2", hiddenFeatures, 1)
  }
}

extension VGGDiscriminator {
  public static let name = "vgg"
  public static let exampleOfGeneratorFile: String? = "net_g_latest.pth"
  public static let title = "VGG-style discriminator (SRGAN, ESRGAN)"

  public static let settings: [Setting<Configuration>] = [.integer("width", \.width, 1...1024)]

  public static func sizeMultiple(of configuration: Configuration) -> Int { sizeMultiple }

  public static func problem(with configuration: Configuration) -> String? {
    guard (1...8192).contains(configuration.size), configuration.size % sizeMultiple == 0 else {
      return
        "it judges images of \(configuration.size) pixels a side, expected a multiple of \(sizeMultiple) up to 8192"
    }
    return problemWithSettings(of: configuration)
  }

  public static func summary(of configuration: Configuration) -> String { title }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let first = tensors.convolution("conv0_0.weight", kernel: 3),
      let hidden = tensors["linear1.weight"], hidden.rank == 2
    else { return nil }
    var configuration = Configuration()
    configuration.inputChannels = first.input
    configuration.width = first.output
    // Finds the image size for which the number of stages and of the linear layer's inputs are the file's.
    let stages = tensors.count { "conv\($0)_1.weight" }
    let sizes = stride(from: sizeMultiple, through: 8192, by: sizeMultiple)
    for size in sizes where configuration.features != hidden[1] || configuration.stages != stages {
      configuration.size = size
    }
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }
}
