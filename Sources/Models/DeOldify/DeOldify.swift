import Layers
import Tensors

/// DeOldify's colorizer (Antic 2018): fastai's U-Net with a ResNet as its encoder and attention in its decoder. The
/// artistic model has the deep decoder, the stable and the video model the wide one.
///
/// `[N, H, W, 1]`, L / 50 - 1 of CIE Lab, -> `[N, H, W, 2]`, a / 110 and b / 110; H and W multiples of 16.
public struct DeOldify: ColorizingNetwork {
  public enum Decoder: String, Codable, Sendable, CaseIterable {
    /// Two convolutions in each step.
    case deep
    /// One.
    case wide
  }

  public struct Configuration: GeneratorConfiguration {
    public var inputChannels = 1, outputChannels = 2
    public var encoder = ResNetEncoder.Kind.bottleneck
    /// Channels of the encoder's first convolution.
    public var width = 64
    /// The encoder's blocks of each size, four of them.
    public var encoderDepths = [3, 4, 23, 3]
    public var decoder = Decoder.wide
    /// The channels of the decoder's features, from the smallest to the largest, four of them.
    public var decoderWidths = [512, 512, 512, 256]

    public init() {}
  }

  public let configuration: Configuration
  public let encoder: ResNetEncoder
  public let bottomNorm: BatchNorm2D
  public let bottom: [RectifiedConvolution]
  public let steps: [Step]
  public let enlargement: ShuffledEnlargement
  public let residual: [Conv2D]
  public let head: Conv2D

  public init(_ configuration: Configuration = Configuration()) {
    let plan = Plan(configuration)
    self.configuration = configuration
    encoder = ResNetEncoder(configuration.encoder, width: configuration.width, depths: configuration.encoderDepths)
    bottomNorm = BatchNorm2D(plan.bottom)
    bottom = [RectifiedConvolution(plan.bottom, 2 * plan.bottom), RectifiedConvolution(2 * plan.bottom, plan.bottom)]
    steps = plan.steps.map { Step($0) }
    enlargement = ShuffledEnlargement(plan.last, plan.last, hasNorm: false)
    residual = (0..<2).map { _ in Conv2D(plan.merged, plan.merged, kernel: 3, padding: 1) }
    head = Conv2D(plan.merged, Plan.colors, kernel: 1)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let gray = LabColors.gray(ofLightness: input)
    let image = colored(gray)
    // The gray photograph's luma with the image's chroma: in any form of YUV, one number is added to a pixel's colours.
    let joined = image + (gray - LabColors.luma(of: image))
    return LabColors.chroma(of: joined.clamped(to: 0...1))
  }

  /// The image in colour that the network makes of a gray one, `[N, H, W, 1] -> [N, H, W, 3]`, both in 0...1.
  package func colored(_ gray: Tensor) -> Tensor {
    let input = ImageNet.standardized(gray)
    let features = encoder.features(input)
    var x = bottomNorm(features[4]).rectified()
    for convolution in bottom { x = convolution(x) }  // [N, H / 32, W / 32, width of the bottom]
    for (step, skip) in zip(steps, features[..<4].reversed()) { x = step(x, beside: skip) }
    let merged = WidenedConvolution.widened([enlargement(x), input])  // [N, H, W, last width + 3, and zeros]
    let refined = residual.reduce(merged) { WidenedConvolution.convolved($0, by: $1).rectified() } + merged
    let colors = WidenedConvolution.narrowed(WidenedConvolution.convolved(refined, by: head), to: Plan.colors)
    return ImageNet.colors(colors.sigmoid() * 6 - 3).clamped(to: 0...1)
  }

  public static func sizeMultiple(of configuration: Configuration) -> Int { 16 }
  /// Memory peaks at the last two convolutions, where what they add to lies beside their input and output. The pool of freed
  /// blocks doubles that, as measured at 256 and 560 pixels.
  public var valuesPerPixel: Int { 9 * (configuration.decoderWidths[3] + 3) }
  /// A weight transformed for Winograd's filtering takes 4 times its own memory.
  public var valuesPerParameter: Int { 6 }
}

extension DeOldify {
  /// The channels of all parts.
  struct Plan {
    static let colors = 3
    /// After the encoder, of its features from the largest to the smallest.
    let features: [Int]
    let steps: [Step]
    struct Step {
      let input: Int, skip: Int, enlarged: Int, output: Int
      let decoder: Decoder
      let hasAttention: Bool
    }

    init(_ configuration: Configuration) {
      let features = ResNetEncoder.channels(configuration.encoder, width: configuration.width)
      var input = features[4]
      self.features = features
      steps = configuration.decoderWidths.enumerated().map { index, output in
        defer { input = output }
        return Step(
          input: input, skip: features[3 - index], enlarged: configuration.decoder == .deep ? input / 2 : output,
          output: output, decoder: configuration.decoder, hasAttention: index == 1)
      }
    }

    var bottom: Int { features[4] }
    var last: Int { steps[steps.count - 1].output }
    /// With the image.
    var merged: Int { last + Self.colors }
  }

  /// Doubles the height and width, and reads the encoder's features of that size.
  public struct Step {
    public let enlargement: ShuffledEnlargement
    public let skipNorm: BatchNorm2D
    public let convolutions: [RectifiedConvolution]
    public let attention: PixelAttention?

    init(_ plan: Plan.Step) {
      enlargement = ShuffledEnlargement(plan.input, plan.enlarged, hasNorm: true)
      skipNorm = BatchNorm2D(plan.skip)
      let first = RectifiedConvolution(plan.enlarged + plan.skip, plan.output)
      convolutions = plan.decoder == .deep ? [first, RectifiedConvolution(plan.output, plan.output)] : [first]
      attention = plan.hasAttention ? PixelAttention(plan.output) : nil
    }

    func callAsFunction(_ input: Tensor, beside skip: Tensor) -> Tensor {
      var enlarged = enlargement(input)
      let size = Size(height: skip.shape[1], width: skip.shape[2])
      if Size(height: enlarged.shape[1], width: enlarged.shape[2]) != size {
        enlarged = enlarged.resizedNearest(to: size)
      }
      let x = convolutions.reduce(concatenated([enlarged, skipNorm(skip)], axis: 3).rectified()) { $1($0) }
      return attention?(x) ?? x
    }
  }
}
