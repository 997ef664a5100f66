import Layers
import Tensors

/// CycleGAN's generator (Zhu et al. 2017, appendix; after Johnson et al. 2016): two downsamplings, `blocks` residual
/// blocks, two upsamplings.
///
/// With anti-aliased sampling both ways, it is CUT's (Park et al. 2020); with separable residual blocks, GAN Compression's
/// (Li et al. 2020); with four downsamplings, pix2pixHD's global one (Wang et al. 2018).
///
/// `[N, H, W, inputChannels]` -> `[N, H, W, outputChannels]` in -1...1; H and W multiples of `sizeMultiple`, at least four
/// times that.
public struct ResNetGenerator: TranslationNetwork {
  public enum Downsampling: String, Codable, Sendable, CaseIterable {
    /// Convolution with stride 2, as published.
    case strided
    /// Convolution with stride 1, then a blur and every second pixel (Zhang 2019).
    case antialiased
  }

  public enum Upsampling: String, Codable, Sendable, CaseIterable {
    /// Transposed convolution, as published.
    case transposed
    /// Nearest-neighbour upsampling and a convolution, which avoids checkerboard artifacts (Odena et al. 2016).
    case resizeConvolution
    /// Bilinear upsampling, then a convolution.
    case antialiased
  }

  /// The convolutions of residual blocks.
  public enum Residual: String, Codable, Sendable, CaseIterable {
    case plain
    /// Depthwise 3x3 and 1x1 convolutions, with a ninth of the arithmetic.
    case separable
  }

  public struct Configuration: TestModeConfiguration {
    public var inputChannels = 3, outputChannels = 3
    /// Channels after the first convolution. Each downsampling doubles them.
    public var width = 64
    /// How many downsamplings, and upsamplings, there are.
    public var halvings = 2
    public var blocks = 9
    public var norm = Norm.instance
    public var downsampling = Downsampling.strided
    public var upsampling = Upsampling.transposed
    public var residual = Residual.plain
    /// Whether dropout with rate 0.5 follows each residual block's first convolution in training.
    public var dropout = false
    public var atTest = TestMode.running

    public init() {}

    /// The channels of the residual blocks.
    var blockWidth: Int { width << halvings }
  }

  public let configuration: Configuration
  public let stem: ConvBlock
  public let downsampling: [ConvBlock]
  public let residual: [ResidualBlock]
  public let upsampling: [UpsamplingBlock]
  public let head: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    let (width, norm) = (configuration.width, configuration.norm)
    self.configuration = configuration
    stem = ConvBlock(configuration.inputChannels, width, kernel: 7, norm: norm)
    let stride = configuration.downsampling == .strided ? 2 : 1
    downsampling = (0..<configuration.halvings).map {
      ConvBlock(width << $0, width << ($0 + 1), stride: stride, padding: 1, norm: norm)
    }
    residual = (0..<configuration.blocks).map { _ in
      ResidualBlock(
        configuration.blockWidth, norm: norm, convolutions: configuration.residual, dropout: configuration.dropout)
    }
    upsampling = (0..<configuration.halvings).reversed().map {
      UpsamplingBlock(width << ($0 + 1), width << $0, norm: norm, upsampling: configuration.upsampling)
    }
    head = Conv2D(width, configuration.outputChannels, kernel: 7)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { configuration.atTest.apply(translated, to: input) }

  private func translated(_ input: Tensor) -> Tensor { stages.reduce(input) { $1($0) } }

  /// A downsampling block's stages.
  private func sampled(_ block: ConvBlock, channels: Int) -> [any Stage] {
    guard configuration.downsampling == .antialiased else { return [block.stage()] }
    return [block.stage(), ConvolutionStage(reflection: 1, Blur2D(channels, stride: 2), then: nil)]
  }

  private var stages: [any Stage] {
    let width = configuration.width
    var stages: [any Stage] = [stem.stage(reflection: 3)]  // [N, H, W, width]
    for (index, block) in downsampling.enumerated() { stages += sampled(block, channels: width << (index + 1)) }
    stages += residual  // [N, H/4, W/4, 4 width] after two downsamplings
    stages += upsampling.flatMap(\.stages)  // [N, H, W, width]
    return stages + [ConvolutionStage(reflection: 3, head, then: Tanh())]
  }

  public static func sizeMultiple(of configuration: Configuration) -> Int { 1 << configuration.halvings }
  /// Below this, the reflection padding would be larger than the activations allow.
  public static func smallestSize(of configuration: Configuration) -> Int { 4 << configuration.halvings }
  public var valuesPerPixel: Int { 3 * configuration.width }
  /// A weight transformed for Winograd's filtering takes 4 (stride 1) or 9 (stride 2) times its own memory.
  public var valuesPerParameter: Int { 6 }
}

extension ResNetGenerator: StagedNetwork {
  package var stagesAtTest: [any Stage]? {
    let isSame = configuration.norm != .batch && !configuration.dropout
    return configuration.atTest == .running || isSame ? stages : nil
  }
}

extension ResNetGenerator {
  /// x + norm(convolution(ReLU(norm(convolution(x))))), with reflection padding and no rectifier after the addition.
  /// Each convolution is either plain or separable. Training may recompute its activations.
  public struct ResidualBlock: Layer, Stage {
    package let first: any ConvolutionSequence
    package let second: any ConvolutionSequence
    private let dropout: Dropout?

    init(_ channels: Int, norm: Norm, convolutions: Residual, dropout: Bool) {
      switch convolutions {
      case .plain:
        first = ConvBlock(channels, channels, norm: norm)
        second = ConvBlock(channels, channels, norm: norm, negativeSlope: 1)
      case .separable:
        first = SeparableConvBlock(channels, channels, norm: norm)
        second = SeparableConvBlock(channels, channels, norm: norm, negativeSlope: 1)
      }
      self.dropout = dropout ? Dropout() : nil
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      recomputed(input) { input in
        var x = first.stages(reflection: 1).reduce(input) { $1($0) }
        if let dropout { x = dropout(x) }
        return input + second.stages(reflection: 1).reduce(x) { $1($0) }
      }
    }

    package var convolutions: [ConvolutionStage] { first.stages(reflection: 1) + second.stages(reflection: 1) }
    package var hasSkip: Bool { true }
  }

  /// Doubles the height and width.
  public struct UpsamplingBlock: Layer {
    public let transposed: ConvTranspose2D?
    public let convolution: Conv2D?
    public let norm: any Layer
    private let upsampling: Upsampling
    private let inputChannels: Int

    init(_ inputChannels: Int, _ outputChannels: Int, norm: Norm, upsampling: Upsampling) {
      let hasBias = norm.leavesBiasToConvolution
      self.upsampling = upsampling
      self.inputChannels = inputChannels
      switch upsampling {
      case .transposed:
        transposed = ConvTranspose2D(
          inputChannels, outputChannels, kernel: 3, stride: 2, padding: 1, outputPadding: 1, hasBias: hasBias)
        convolution = nil
      case .resizeConvolution:
        transposed = nil
        convolution = Conv2D(inputChannels, outputChannels, kernel: 3, hasBias: hasBias)
      case .antialiased:
        transposed = nil
        convolution = Conv2D(inputChannels, outputChannels, kernel: 3, padding: 1, hasBias: hasBias)
      }
      self.norm = norm.layer(channels: outputChannels, negativeSlope: 0)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor { stages.reduce(input) { $1($0) } }

    package var stages: [any Stage] {
      if let transposed { return [ConvolutionStage(transposed, then: norm)] }
      guard let convolution else { preconditionFailure("an upsampling block has neither of its two convolutions") }
      guard upsampling == .antialiased else {
        return [ConvolutionStage(enlargement: 2, reflection: 1, convolution, then: norm)]
      }
      // A blur of repeated pixels is bilinear interpolation.
      return [
        ConvolutionStage(enlargement: 2, reflection: 1, Blur2D(inputChannels), then: nil),
        ConvolutionStage(convolution, then: norm),
      ]
    }
  }
}

extension ResNetGenerator.Configuration {
  /// Older model files, from before there was a choice, have no number of downsamplings.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    inputChannels = try container.decode(Int.self, forKey: .inputChannels)
    outputChannels = try container.decode(Int.self, forKey: .outputChannels)
    width = try container.decode(Int.self, forKey: .width)
    halvings = try container.decodeIfPresent(Int.self, forKey: .halvings) ?? halvings
    blocks = try container.decode(Int.self, forKey: .blocks)
    norm = try container.decode(Norm.self, forKey: .norm)
    downsampling = try container.decode(ResNetGenerator.Downsampling.self, forKey: .downsampling)
    upsampling = try container.decode(ResNetGenerator.Upsampling.self, forKey: .upsampling)
    residual = try container.decode(ResNetGenerator.Residual.self, forKey: .residual)
    dropout = try container.decode(Bool.self, forKey: .dropout)
    atTest = try container.decode(TestMode.self, forKey: .atTest)
  }
}
