import Layers
import Tensors

/// DDColor (Kang et al. 2023): a ConvNeXt, whose features one decoder enlarges, and from which another learns colours by
/// queries. A pixel's colour is its share of each query's.
///
/// `[N, H, W, 1]`, L / 50 - 1 of CIE Lab, -> `[N, H, W, 2]`, a / 110 and b / 110; H and W multiples of 32.
public struct DDColor: ColorizingNetwork {
  public struct Configuration: GeneratorConfiguration {
    public var inputChannels = 1, outputChannels = 2
    /// The encoder's channels at a quarter of the image's size, twice as many at each smaller one.
    public var width = 96
    /// The encoder's blocks of each size, four of them.
    public var encoderDepths = [3, 3, 9, 3]
    /// The channels of the enlarged features, but for the largest ones, which have half as many.
    public var decoderWidth = 512
    public var queries = 100
    public var queryWidth = 256
    /// The rounds in which queries look at features, and the inner channels of their perceptrons.
    public var layers = 9, hidden = 2048

    public init() {}
  }

  public let configuration: Configuration
  public let encoder: ConvNeXtEncoder
  public let steps: [Step]
  public let enlargement: ShuffledEnlargement
  public let queries: ColorQueries
  /// From the queries' shares and the image to a and b.
  public let refinement: Conv2D
  /// The mean and the standard deviation by which the image is normalised, as files have them: `[1, 3, 1, 1]`.
  public let mean = RunningStatistic(NDArray([0.485, 0.456, 0.406], shape: [1, 3, 1, 1]))
  public let deviation = RunningStatistic(NDArray([0.229, 0.224, 0.225], shape: [1, 3, 1, 1]))

  public init(_ configuration: Configuration = Configuration()) {
    let plan = Plan(configuration)
    self.configuration = configuration
    encoder = ConvNeXtEncoder(width: configuration.width, depths: configuration.encoderDepths)
    steps = plan.steps.map { Step($0) }
    enlargement = ShuffledEnlargement(plan.pixelWidth, plan.pixelWidth, factor: Plan.factor, hasNorm: false)
    queries = ColorQueries(configuration, features: plan.steps.map(\.output), colors: plan.pixelWidth)
    refinement = Conv2D(plan.refined, configuration.outputChannels, kernel: 1)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { colors(of: LabColors.gray(ofLightness: input)) * (1 / 110) }

  /// a and b of a gray image in 0...1, `[N, H, W, 1] -> [N, H, W, 2]`.
  package func colors(of gray: Tensor) -> Tensor {
    func row(_ statistic: RunningStatistic) -> Tensor { Tensor(statistic.value).reshaped(to: [3]) }
    let image = (gray - row(mean)) / row(deviation)
    let encoded = encoder.features(image)
    var x = encoded[3]
    var features: [Tensor] = []
    for (step, skip) in zip(steps, encoded[..<3].reversed()) {
      x = step(x, beside: skip)
      features.append(x)
    }
    return joined(queries(features), x, image)
  }

  /// What `refinement` makes of the pixels' shares of the queries and of the image.
  ///
  /// Shares are products of the queries and the pixels, of which the refinement is a product in turn. It is applied to the
  /// queries first, so that a pixel has two numbers instead of a hundred.
  ///
  /// - Parameters:
  ///   - queries: `[N, queries, pixel's width]`.
  ///   - features: of which `enlargement` makes the pixels.
  private func joined(_ queries: Tensor, _ features: Tensor, _ image: Tensor) -> Tensor {
    let (count, width, colors) = (queries.shape[1], queries.shape[2], configuration.outputChannels)
    let weights = refinement.weight.tensor.reshaped(to: [count + Plan.colors, colors])
    let ofQueries = weights.sliced(axis: 0, range: 0..<count)
    let ofImage = weights.sliced(axis: 0, range: count..<count + Plan.colors)
    let ofPixels = queries.singleImages.map {
      $0.reshaped(to: [count, width]).matrixProduct(with: ofQueries, transposingLeft: true)
    }
    return enlargement(features, times: ofPixels)
      + image.convolved(with: ofImage.reshaped(to: [1, 1, Plan.colors, colors]), bias: refinement.bias?.tensor)
  }

  /// Doubles the height and width, and reads the encoder's features of that size.
  public struct Step {
    public let enlargement: ShuffledEnlargement
    public let skipNorm: BatchNorm2D
    public let convolution: RectifiedConvolution

    init(_ plan: Plan.Step) {
      enlargement = ShuffledEnlargement(plan.input, plan.output, hasNorm: true)
      skipNorm = BatchNorm2D(plan.skip)
      convolution = RectifiedConvolution(plan.output + plan.skip, plan.output)
    }

    func callAsFunction(_ input: Tensor, beside skip: Tensor) -> Tensor {
      convolution(concatenated([enlargement(input), skipNorm(skip)], axis: 3).rectified())
    }
  }
}

extension DDColor {
  /// The channels of all parts.
  struct Plan {
    static let colors = 3
    /// By which the largest features are enlarged to the image's size.
    static let factor = 4
    let steps: [Step]
    /// The channels of the pixels by which queries are multiplied.
    let pixelWidth: Int
    /// The queries' shares and the image's channels.
    let refined: Int
    struct Step { let input: Int, skip: Int, output: Int }

    init(_ configuration: Configuration) {
      let (width, decoder) = (configuration.width, configuration.decoderWidth)
      steps = [
        Step(input: width << 3, skip: width << 2, output: decoder),
        Step(input: decoder, skip: width << 1, output: decoder),
        Step(input: decoder, skip: width, output: decoder / 2),
      ]
      pixelWidth = decoder / 2
      refined = configuration.queries + Self.colors
    }
  }

  public static func sizeMultiple(of configuration: Configuration) -> Int { 32 }
  /// Memory peaks at the last enlargement, before its pixel shuffle.
  public var valuesPerPixel: Int { 3 * configuration.decoderWidth / 2 }
  /// Most weights are of the encoder's matrices, the decoder's are transformed for Winograd's filtering.
  public var valuesPerParameter: Int { 3 }
}
