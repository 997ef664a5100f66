import Layers
import Tensors

/// EfficientNet-Lite0 without its classifier (Tan and Le 2019, and Google's EfficientNet-Lite of 2020: ReLU6, and no
/// squeeze and excitation): features of an image at a quarter, an eighth, a sixteenth and a thirty-second of its size.
///
/// Its batch norms keep the statistics that they were given, in training too: a few photographs at a time would blur what
/// the encoder has learnt from a million.
///
/// `[N, H, W, inputChannels]` in -1...1; H and W multiples of 32.
public struct EfficientNetLite0Encoder: Layer {
  public let stem: ConvolutionUnit
  public let blocks: [InvertedResidual]

  /// What the blocks do, in order. `kernel` and `stride` are those of the depthwise convolution.
  struct Plan {
    let kernel: Int, stride: Int, expansion: Int
    let input: Int, output: Int
  }

  static let plans: [Plan] = {
    var (plans, input) = ([Plan](), stemChannels)
    func add(_ count: Int, kernel: Int, stride: Int, expansion: Int = 6, output: Int) {
      for index in 0..<count {
        plans.append(
          Plan(kernel: kernel, stride: index == 0 ? stride : 1, expansion: expansion, input: input, output: output))
        input = output
      }
    }
    add(1, kernel: 3, stride: 1, expansion: 1, output: 16)
    add(2, kernel: 3, stride: 2, output: 24)
    add(2, kernel: 5, stride: 2, output: 40)
    add(3, kernel: 3, stride: 2, output: 80)
    add(3, kernel: 5, stride: 1, output: 112)
    add(4, kernel: 5, stride: 2, output: 192)
    add(1, kernel: 3, stride: 1, output: 320)
    return plans
  }()

  /// A depthwise convolution, with SAME padding, of square images.
  package struct Depthwise: Hashable, Sendable {
    package let channels: Int, side: Int, kernel: Int, stride: Int

    package init(channels: Int, side: Int, kernel: Int, stride: Int) {
      (self.channels, self.side, self.kernel, self.stride) = (channels, side, kernel, stride)
    }
  }

  /// Those of an image of that size, each once.
  package static func depthwise(imageSide: Int) -> [Depthwise] {
    var side = (imageSide + 1) / 2
    return plans.reduce(into: []) { found, plan in
      let next = Depthwise(
        channels: plan.input * plan.expansion, side: side, kernel: plan.kernel, stride: plan.stride)
      if !found.contains(next) { found.append(next) }
      side = (side + plan.stride - 1) / plan.stride
    }
  }

  static let stemChannels = 32
  /// The channels of `Features`, from the largest to the smallest, and after the first block, at half the image's size.
  static let channels = (half: 16, quarter: 24, eighth: 40, sixteenth: 112, last: 320)
  static let sizeMultiple = 32

  public init(inputChannels: Int = 3) {
    stem = ConvolutionUnit(inputChannels, Self.stemChannels, kernel: 3, stride: 2)
    blocks = Self.plans.map { InvertedResidual($0) }
  }

  public struct Features {
    /// At half the image's size, 16 channels.
    public let half: Tensor
    public let quarter: Tensor, eighth: Tensor, sixteenth: Tensor
    /// At a thirty-second of the image's size, 320 channels.
    public let last: Tensor
  }

  public func features(_ input: Tensor) -> Features {
    // From -1...1 to the range in which the published weights were trained, (p - 127) / 128 for p in 0...255.
    var x = stem(input * (127.5 / 128) + 0.5 / 128)
    let outputs = blocks.map { block in
      x = block(x)
      return x
    }
    // The last block of each size.
    return Features(
      half: outputs[0], quarter: outputs[2], eighth: outputs[4], sixteenth: outputs[10], last: outputs[15])
  }

  /// The last features.
  public func callAsFunction(_ input: Tensor) -> Tensor { features(input).last }

  /// Takes the weights and statistics of an encoder of colour images.
  ///
  /// With another number of input channels, each sees what the published ones together do, divided by their number: one
  /// channel of lightness is seen as a gray image is.
  public func take(weightsOf other: EfficientNetLite0Encoder) {
    for (own, given) in zip(parameters, other.parameters).dropFirst() { own.value = given.value }
    for (own, given) in zip(namedStatistics, other.namedStatistics) { own.statistic.value = given.statistic.value }
    let (own, given) = (stem.convolution.weight, other.stem.convolution.weight)
    if own.shape == given.shape {
      own.value = given.value
      return
    }
    let mean = Tensor(given.value).sum(axes: [2], keepingDimensions: true) * (1 / Float(own.shape[2]))
    own.value = (mean + Tensor(NDArray(repeating: 0, shape: own.shape))).value
  }

  /// The parameters of the stem and the first blocks: edges and textures, which need not be learnt anew.
  public func firstParameters(blocks count: Int) -> [Parameter] {
    stem.parameters + blocks.prefix(count).flatMap(\.parameters)
  }

  /// The names in the files of EfficientNet-PyTorch.
  static func tensorKeys(_ path: String, prefix: String, inputChannels: Int) -> [TensorKey] {
    ConvolutionUnit.tensorKeys(
      "\(path).stem", "\(prefix)_conv_stem", "\(prefix)_bn0", inputChannels, stemChannels, kernel: 3)
      + plans.enumerated().flatMap { index, plan in
        InvertedResidual.tensorKeys("\(path).blocks.\(index)", "\(prefix)_blocks.\(index)", plan)
      }
  }
}
