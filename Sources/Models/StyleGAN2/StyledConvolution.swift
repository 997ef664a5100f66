import Layers
import Tensors

/// A 3x3 convolution whose input channels are scaled by a style, and whose outputs are scaled to the size that normal inputs
/// would give, instead of being normalised by what they are (Karras et al. 2020); then noise, a bias and a rectifier.
///
/// Scaling inputs and outputs comes to the same as a kernel for each image.
public struct StyledConvolution {
  /// Makes factors of input channels of a style.
  public let affine: EqualizedLinear
  /// `[3, 3, inputChannels, outputChannels]`.
  public let weight: Parameter
  /// `[outputChannels]`.
  public let bias: Parameter
  /// One value, by which noise is multiplied.
  public let noiseStrength: Parameter
  /// `[side, side]`: the noise outside training, so that a style makes one image.
  public let noise: RunningStatistic
  private let side: Int
  private let doubles: Bool

  /// - Parameters:
  ///   - side: of its output, in pixels.
  ///   - doubles: whether its output is twice as large as its input.
  init(_ inputChannels: Int, _ outputChannels: Int, style: Int, side: Int, doubles: Bool) {
    affine = EqualizedLinear(style, inputChannels, beginsAtOne: true)
    weight = Parameter(repeating: 0, shape: [3, 3, inputChannels, outputChannels], role: .weight)
    bias = Parameter(repeating: 0, shape: [outputChannels], role: .bias)
    noiseStrength = Parameter(repeating: 0, shape: [], role: .bias)
    noise = RunningStatistic(drawnFor: "styleGAN2.noise.\(side).\(doubles)", shape: [side, side])
    (self.side, self.doubles) = (side, doubles)
  }

  /// - Parameters:
  ///   - input: `[N, H, W, inputChannels]`.
  ///   - style: `[N, style]`.
  func callAsFunction(_ input: Tensor, _ style: Tensor) -> Tensor {
    let factors = affine(style)
    let (count, kernel) = (factors.shape[0], weight.tensor)
    let powers = factors.squared().matrixProduct(with: kernel.squared().sum(axes: [0, 1]))
    let scaled = input * factors.reshaped(to: [count, 1, 1, factors.shape[1]])
    let convolved =
      doubles
      ? scaled.transposeConvolved(with: kernel.transposed([0, 1, 3, 2]), stride: Size(2))
        .blurredWherePixelsAreNew(before: 1, after: 1)
      : scaled.convolved(with: kernel, padding: Padding(1))
    let normal = convolved / (powers + 1e-8).squareRoot().reshaped(to: [count, 1, 1, powers.shape[1]])
    return (normal + currentNoise(count) * noiseStrength.tensor + bias.tensor).scaledLeakyRectified()
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
