import Layers
import Tensors

/// A linear layer whose weights are stored with a standard deviation of 1 and scaled when it is used, so that all layers learn
/// at the same rate (Karras et al. 2018), `[N, inputs] -> [N, outputs]`.
public struct EqualizedLinear: Layer {
  /// `[inputs, outputs]`.
  public let weight: Parameter
  /// `[outputs]`.
  public let bias: Parameter
  private let rate: Float

  /// - Parameters:
  ///   - rate: what weights and biases are multiplied by besides, so that they learn as much more slowly.
  ///   - beginsAtOne: whether its outputs begin around 1, as factors should, and not around 0.
  init(_ inputs: Int, _ outputs: Int, rate: Float = 1, beginsAtOne: Bool = false) {
    weight = Parameter(repeating: 0, shape: [inputs, outputs], role: .weight, rate: rate)
    bias = Parameter(repeating: 0, shape: [outputs], role: beginsAtOne ? .scale : .bias)
    self.rate = rate
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let scale = rate / Float(weight.shape[0]).squareRoot()
    return input.matrixProduct(with: weight.tensor * scale) + bias.tensor * rate
  }
}

/// A convolution of that kind, which keeps an image's size or, after a blur, halves it.
public struct EqualizedConvolution: Layer {
  /// `[kernel, kernel, inputChannels, outputChannels]`.
  public let weight: Parameter
  /// `[outputChannels]`.
  public let bias: Parameter?
  private let halves: Bool

  init(_ inputChannels: Int, _ outputChannels: Int, kernel: Int, hasBias: Bool = true, halves: Bool = false) {
    weight = Parameter(repeating: 0, shape: [kernel, kernel, inputChannels, outputChannels], role: .weight)
    bias = hasBias ? Parameter(repeating: 0, shape: [outputChannels], role: .bias) : nil
    self.halves = halves
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let (kernel, inputs) = (weight.shape[0], weight.shape[2])
    let scaled = weight.tensor * (1 / Float(kernel * kernel * inputs).squareRoot())
    guard halves else { return input.convolved(with: scaled, bias: bias?.tensor, padding: Padding(kernel / 2)) }
    // Of one pixel, only those that are kept are blurred.
    if kernel == 1 { return input.halvedByBlurring().convolved(with: scaled, bias: bias?.tensor) }
    return input.blurred(before: 2, after: 2).convolved(with: scaled, bias: bias?.tensor, stride: Size(2))
  }
}

extension Tensor {
  /// StyleGAN2's rectifier, which keeps the size of normal values about as it is.
  func scaledLeakyRectified() -> Tensor { leakyRectified(slope: 0.2) * Float(2).squareRoot() }

  /// The blur of StyleGAN2, by which images are resampled without aliasing.
  private static var taps: [Float] { [0.125, 0.375, 0.375, 0.125] }

  /// `[N, H, W, C]`, larger by before + after - 3 along each side, with zeros from outside.
  func blurred(before: Int, after: Int) -> Tensor { filtered(by: Self.taps, before: before, after: after) }

  /// The same of an image of which one pixel in four is not 0.
  func blurredWherePixelsAreNew(before: Int, after: Int) -> Tensor {
    filtered(by: Self.taps.map { 2 * $0 }, before: before, after: after)
  }

  /// `[N, H, W, C] -> [N, H / 2, W / 2, C]`.
  func halvedByBlurring() -> Tensor { filtered(by: Self.taps, down: 2, before: 1, after: 1) }

  /// `[N, H, W, C] -> [N, 2 H, 2 W, C]`.
  func doubledByBlurring() -> Tensor {
    filtered(by: Self.taps.map { 2 * $0 }, up: 2, before: 2, after: 1)
  }

  /// Scaled so that the mean square of each row's values is 1.
  func normalizedRows() -> Tensor {
    self / (squared().mean(axes: [1], keepingDimensions: true) + 1e-8).squareRoot()
  }
}
