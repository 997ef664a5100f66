import Layers
import Tensors

extension HAT {
  /// The paper's residual hybrid attention group.
  public struct Group: Layer {
    public let blocks: [Block]
    public let overlapping: OverlappingBlock
    public let connection: Conv2D

    init(_ configuration: Configuration, depth: Int, heads: Int) {
      blocks = (0..<depth).map { index in
        Block(configuration, heads: heads, shift: index % 2 * (configuration.window / 2))
      }
      overlapping = OverlappingBlock(configuration, heads: heads)
      connection = Conv2D(configuration.width, configuration.width, kernel: 3, padding: 1)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      var x = input
      for block in blocks { x = block(x) }
      return connection(overlapping(x), adding: input)
    }
  }

  /// A transformer block with convolutions beside its attention.
  public struct Block: Layer {
    public let attentionNorm: LayerNorm
    public let attention: WindowSelfAttention
    public let convolutions: WeighedConvolutions
    public let perceptronNorm: LayerNorm
    public let perceptron: Perceptron

    init(_ configuration: Configuration, heads: Int, shift: Int) {
      let width = configuration.width
      attentionNorm = LayerNorm(width)
      attention = WindowSelfAttention(width, heads: heads, window: configuration.window, shift: shift)
      convolutions = WeighedConvolutions(configuration)
      perceptronNorm = LayerNorm(width)
      perceptron = Perceptron(width, hidden: configuration.hidden)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let normalized = attentionNorm(input)
      let x = input + attention(normalized) + convolutions(normalized)
      return x + perceptron(perceptronNorm(x))
    }
  }

  /// Two convolutions with GELU between them, each of whose channels is weighed by what all channels' means over the image
  /// come to (Zhang et al. 2018, RCAN), times 0.01.
  public struct WeighedConvolutions: Layer {
    public let first: Conv2D, second: Conv2D
    public let squeeze: Conv2D, expansion: Conv2D

    init(_ configuration: Configuration) {
      let width = configuration.width
      first = Conv2D(width, configuration.compressed, kernel: 3, padding: 1)
      second = Conv2D(configuration.compressed, width, kernel: 3, padding: 1)
      squeeze = Conv2D(width, configuration.squeezed, kernel: 1)
      expansion = Conv2D(configuration.squeezed, width, kernel: 1)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let x = second(first(input).normalRectified())
      let means = x.mean(axes: [1, 2], keepingDimensions: true)
      return x * (expansion(squeeze(means).rectified()).sigmoid() * 0.01)
    }
  }

  /// Attention of the pixels of each window to those of a larger one around it, then a perceptron.
  public struct OverlappingBlock: Layer {
    public let attentionNorm: LayerNorm
    /// To queries, keys and values.
    public let projection: Linear
    public let bias: RelativePositionBias
    public let output: Linear
    public let perceptronNorm: LayerNorm
    public let perceptron: Perceptron
    private let heads: Int, window: Int, overlap: Int

    init(_ configuration: Configuration, heads: Int) {
      let width = configuration.width
      attentionNorm = LayerNorm(width)
      projection = Linear(width, 3 * width)
      bias = RelativePositionBias(
        heads: heads, RelativePlaces(window: configuration.window, around: configuration.overlap))
      output = Linear(width, width)
      perceptronNorm = LayerNorm(width)
      perceptron = Perceptron(width, hidden: configuration.hidden)
      self.heads = heads
      (window, overlap) = (configuration.window, configuration.overlap)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let (height, width, channels) = (input.shape[1], input.shape[2], input.shape[3])
      let keys = WindowedImage(
        height: height, width: width, rows: .overlapping(size: overlap, stride: window, of: height),
        columns: .overlapping(size: overlap, stride: window, of: width))
      let attention = WindowAttention(
        heads: heads, headChannels: channels / heads, queries: AttentionChannels(first: 0),
        keys: AttentionChannels(first: channels), values: AttentionChannels(first: 2 * channels),
        queryWindows: .shifted(size: Size(window), of: Size(height: height, width: width)), keyWindows: keys)
      let x = input + output(attention([projection(attentionNorm(input))], bias: bias.tensor))
      return x + perceptron(perceptronNorm(x))
    }
  }
}
