import Layers
import Tensors

/// A 3x3 convolution with noise, a bias and a rectifier, on which a style acts in one of two ways.
///
/// In StyleGAN2 the style scales the input channels, and the outputs are scaled to the size that normal inputs would give, which
/// comes to the same as a kernel for each image (Karras et al. 2020). In StyleGAN the results are normalised by what they are,
/// and the style scales and shifts them (Karras et al. 2019).
public struct StyledConvolution {
  /// Makes of a style factors of input channels; or of output channels how much more than 1 their factors are, and their shifts.
  public let affine: EqualizedLinear
  /// `[3, 3, inputChannels, outputChannels]`.
  public let weight: Parameter
  /// `[outputChannels]`.
  public let bias: Parameter
  /// One value, by which noise is multiplied.
  public let noiseStrength: Parameter
  /// `[side, side]`: the noise outside training, so that a style makes one image.
  public let noise: RunningStatistic
  private let modulation: StyleGAN2Generator.Modulation
  private let side: Int
  private let doubles: Bool

  /// - Parameters:
  ///   - side: of its output, in pixels.
  ///   - doubles: whether its output is twice as large as its input.
  init(
    _ inputChannels: Int, _ outputChannels: Int, style: Int, modulation: StyleGAN2Generator.Modulation, side: Int,
    doubles: Bool
  ) {
    affine =
      switch modulation {
      case .weights: EqualizedLinear(style, inputChannels, beginsAtOne: true)
      case .adain: EqualizedLinear(style, 2 * outputChannels)
      }
    weight = Parameter(repeating: 0, shape: [3, 3, inputChannels, outputChannels], role: .weight)
    bias = Parameter(repeating: 0, shape: [outputChannels], role: .bias)
    noiseStrength = Parameter(repeating: 0, shape: [], role: .bias)
    noise = RunningStatistic(drawnFor: "styleGAN2.noise.\(side).\(doubles)", shape: [side, side])
    (self.modulation, self.side, self.doubles) = (modulation, side, doubles)
  }

  /// - Parameters:
  ///   - input: `[N, H, W, inputChannels]`.
  ///   - style: `[N, style]`.
  func callAsFunction(_ input: Tensor, _ style: Tensor) -> Tensor {
    switch modulation {
    case .weights:
      let (factors, kernel) = (affine(style), weight.tensor)
      let powers = factors.squared().matrixProduct(with: kernel.squared().sum(axes: [0, 1]))
      let convolved = convolved(input * Self.perPixel(factors), kernel)
      return rectified(convolved / Self.perPixel((powers + 1e-8).squareRoot()))
    case .adain:
      let (inputs, outputs) = (weight.shape[2], weight.shape[3])
      let normal = rectified(convolved(input, weight.tensor * (1 / Float(9 * inputs).squareRoot())))
        .instanceNormalized()
      let changes = affine(style)
      let factors = changes.sliced(axis: 1, range: 0..<outputs) + 1
      return normal * Self.perPixel(factors) + Self.perPixel(changes.sliced(axis: 1, range: outputs..<2 * outputs))
    }
  }

  private func convolved(_ input: Tensor, _ kernel: Tensor) -> Tensor {
    guard doubles else { return input.convolved(with: kernel, padding: Padding(1)) }
    return input.transposeConvolved(with: kernel.transposed([0, 1, 3, 2]), stride: Size(2))
      .blurredWherePixelsAreNew(before: 1, after: 1)
  }

  /// With noise and bias.
  private func rectified(_ convolved: Tensor) -> Tensor {
    (convolved + currentNoise(convolved.shape[0]) * noiseStrength.tensor + bias.tensor).scaledLeakyRectified()
  }

  /// `[N, channels]` -> `[N, 1, 1, channels]`.
  private static func perPixel(_ values: Tensor) -> Tensor {
    values.reshaped(to: [values.shape[0], 1, 1, values.shape[1]])
  }

  /// In training another for each image and step, `[N, side, side, 1]`.
  private func currentNoise(_ count: Int) -> Tensor {
    guard let context = TrainingContext.current else {
      return Tensor(noise.value).reshaped(to: [1, side, side, 1])
    }
    let (random, first) = (context.nextRandom(), context.firstImage * side * side)
    return Tensor(
      NDArray((0..<count * side * side).map { random.normal(at: first + $0) }, shape: [count, side, side, 1]))
  }
}

/// What features add to the image: a 1x1 convolution whose inputs are scaled by a style.
public struct StyledColors {
  /// Makes factors of input channels of a style.
  public let affine: EqualizedLinear
  /// `[1, 1, channels, colours]`.
  public let weight: Parameter
  /// `[colours]`.
  public let bias: Parameter

  init(_ channels: Int, colors: Int, style: Int) {
    affine = EqualizedLinear(style, channels, beginsAtOne: true)
    weight = Parameter(repeating: 0, shape: [1, 1, channels, colors], role: .weight)
    bias = Parameter(repeating: 0, shape: [colors], role: .bias)
  }

  func callAsFunction(_ input: Tensor, _ style: Tensor) -> Tensor {
    let channels = weight.shape[2]
    let factors = affine(style) * (1 / Float(channels).squareRoot())
    return (input * factors.reshaped(to: [factors.shape[0], 1, 1, channels]))
      .convolved(with: weight.tensor, bias: bias.tensor)
  }
}
