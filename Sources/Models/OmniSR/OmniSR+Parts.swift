import Layers
import Tensors

extension OmniSR {
  /// Blocks, and a 1x1 convolution, added to the input; then each value is weighed by a function of its surroundings.
  public struct Group: Layer {
    public let blocks: [Block]
    public let last: Conv2D
    public let weighing: Weighing

    init(_ configuration: Configuration) {
      blocks = (0..<configuration.blocks).map { _ in Block(configuration) }
      last = Conv2D(configuration.width, configuration.width, kernel: 1, hasBias: configuration.hasBias)
      weighing = Weighing(configuration.width)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      var x = input
      for block in blocks { x = block(x) }
      return weighing(last(x) + input)
    }
  }

  /// Enhanced spatial attention (Liu et al. 2020, RFANet): weights for each value, made at a sixth of the size.
  public struct Weighing: Layer {
    public let entry: Conv2D, beside: Conv2D, halving: Conv2D, inner: Conv2D, output: Conv2D

    init(_ width: Int) {
      let inner = max(width / 4, 16)
      entry = Conv2D(width, inner, kernel: 1)
      beside = Conv2D(inner, inner, kernel: 1)
      halving = Conv2D(inner, inner, kernel: 3, stride: 2)
      self.inner = Conv2D(inner, inner, kernel: 3, padding: 1)
      output = Conv2D(inner, width, kernel: 1)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let reduced = entry(input)
      let pooled = halving(reduced).maximumPooled(window: 7, stride: 3)
      let surroundings = inner(pooled).resizedBilinear(to: Size(height: input.shape[1], width: input.shape[2]))
      return input * output(surroundings + beside(reduced)).sigmoid()
    }
  }

  /// Local features, then attention within windows and attention among pixels spread over the image.
  public struct Block: Layer {
    public let local: LocalFeatures
    public let within: AttentionPair, across: AttentionPair

    init(_ configuration: Configuration) {
      local = LocalFeatures(configuration.width)
      within = AttentionPair(configuration, isSpread: false)
      across = AttentionPair(configuration, isSpread: true)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor { across(within(local(input))) }
  }

  /// A depthwise convolution between 1x1 convolutions, whose channels are weighed by their means over the image, added to
  /// the input (Howard et al. 2019).
  public struct LocalFeatures: Layer {
    public let first: Conv2D, depthwise: Conv2D, last: Conv2D
    /// `[width, width / 4]` and back.
    public let squeeze: Parameter, expansion: Parameter

    init(_ width: Int) {
      first = Conv2D(width, width, kernel: 1)
      depthwise = Conv2D(width, width, kernel: 3, padding: 1, groups: width)
      squeeze = Parameter(repeating: 0, shape: [width, width / 4], role: .weight)
      expansion = Parameter(repeating: 0, shape: [width / 4, width], role: .weight)
      last = Conv2D(width, width, kernel: 1)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let x = depthwise(first(input).normalRectified()).normalRectified()
      let weights = x.mean(axes: [1, 2]).matrixProduct(with: squeeze.tensor).sigmoidRectified()
        .matrixProduct(with: expansion.tensor).sigmoid()
      return last(x * weights.reshaped(to: [x.shape[0], 1, 1, x.shape[3]])) + input
    }
  }

  /// Attention among pixels, then among channels, each followed by a gated network on each pixel, and each after a norm and
  /// added to its input.
  public struct AttentionPair: Layer {
    public let pixelNorm: LayerNorm
    public let pixels: PixelAttention
    public let firstNorm: LayerNorm
    public let first: GatedConvolutions
    public let channelNorm: LayerNorm
    public let channels: ChannelAttention
    public let secondNorm: LayerNorm
    public let second: GatedConvolutions

    init(_ configuration: Configuration, isSpread: Bool) {
      let width = configuration.width
      pixelNorm = LayerNorm(width)
      pixels = PixelAttention(configuration, isSpread: isSpread)
      (firstNorm, first) = (LayerNorm(width, epsilon: 1e-6), GatedConvolutions(width))
      channelNorm = LayerNorm(width, epsilon: 1e-6)
      channels = ChannelAttention(configuration, isSpread: isSpread)
      (secondNorm, second) = (LayerNorm(width, epsilon: 1e-6), GatedConvolutions(width))
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      var x = input + pixels(pixelNorm(input))
      x = x + first(firstNorm(x))
      x = x + channels(channelNorm(x))
      return x + second(secondNorm(x))
    }
  }

  /// A 1x1 convolution and a depthwise one to twice the channels, half of which after GELU multiply the others; then a 1x1
  /// convolution. All without biases.
  public struct GatedConvolutions: Layer {
    public let first: Conv2D, depthwise: Conv2D, last: Conv2D

    init(_ width: Int) {
      first = Conv2D(width, 2 * width, kernel: 1, hasBias: false)
      depthwise = Conv2D(2 * width, 2 * width, kernel: 3, padding: 1, groups: 2 * width, hasBias: false)
      last = Conv2D(width, width, kernel: 1, hasBias: false)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let (x, width) = (depthwise(first(input)), input.shape[3])
      return last(x.sliced(axis: 3, range: 0..<width).normalRectified() * x.sliced(axis: 3, range: width..<2 * width))
    }
  }
}
