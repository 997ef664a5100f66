import Layers
import Tensors

extension SRFormer {
  /// Blocks and a connection, added to the input.
  public struct Group: Layer {
    public let blocks: [Block]
    public let connection: ConnectionLayer

    init(_ configuration: Configuration, depth: Int, heads: Int) {
      blocks = (0..<depth).map { index in
        Block(configuration, heads: heads, shift: index % 2 * (configuration.window / 2))
      }
      connection = ConnectionLayer(configuration.width, configuration.connection)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      var x = input
      for block in blocks { x = block(x) }
      return connection(x) + input
    }
  }

  /// Attention within windows, then a perceptron with a depthwise convolution of its inner channels added to them.
  public struct Block: Layer {
    public let attentionNorm: LayerNorm
    public let attention: PermutedAttention
    public let perceptronNorm: LayerNorm
    public let first: Linear
    public let depthwise: Conv2D
    public let second: Linear

    static let kernel = 5

    init(_ configuration: Configuration, heads: Int, shift: Int) {
      let (width, hidden) = (configuration.width, configuration.hidden)
      attentionNorm = LayerNorm(width)
      attention = PermutedAttention(width, heads: heads, window: configuration.window, shift: shift)
      perceptronNorm = LayerNorm(width)
      first = Linear(width, hidden)
      depthwise = Conv2D(hidden, hidden, kernel: Self.kernel, padding: Self.kernel / 2, groups: hidden)
      second = Linear(hidden, width)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let x = input + attention(attentionNorm(input))
      let inner = first(perceptronNorm(x)).normalRectified()
      return x + second(inner + depthwise(inner).normalRectified())
    }
  }

  /// The paper's permuted self-attention: each key and value is a quarter of the channels of 2x2 pixels.
  public struct PermutedAttention: Layer {
    public let queries: Linear
    /// To a quarter of the channels for keys, then for values.
    public let keysValues: Linear
    public let bias: RelativePositionBias
    public let output: Linear
    private let heads: Int, window: Int, shift: Int

    init(_ width: Int, heads: Int, window: Int, shift: Int) {
      queries = Linear(width, width)
      keysValues = Linear(width, width / 2)
      bias = RelativePositionBias(heads: heads, RelativePlaces(window: window, ofSquares: 2))
      output = Linear(width, width)
      self.heads = heads
      self.window = window
      self.shift = shift
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let (height, width, channels) = (input.shape[1], input.shape[2], input.shape[3])
      let attention = WindowAttention(
        heads: heads, headChannels: channels / heads, queries: AttentionChannels(first: 0),
        keys: AttentionChannels(tensor: 1, first: 0), values: AttentionChannels(tensor: 1, first: channels),
        queryWindows: .shifted(size: Size(window), of: Size(height: height, width: width), by: Size(shift)),
        keyWindows: WindowedImage(
          height: height / 2, width: width / 2, rows: squares(of: height / 2), columns: squares(of: width / 2)))
      return output(attention([queries(input), permuted(keysValues(input))], bias: bias.tensor))
    }

    /// Windows of 2x2 pixels of an image that begins where the shifted windows do. Of an odd shift, the squares with pixels of
    /// either end count as the last's.
    private func squares(of length: Int) -> WindowAxis {
      WindowAxis(
        size: window / 2, positions: (0..<length).map { Int32($0) },
        parts: (0..<length).map { $0 < length - (shift + 1) / 2 ? 0 : 1 })
    }

    /// `[N, H, W, width / 2] -> [N, H / 2, W / 2, 2 width]`: keys, then values, each of four pixels one after the other.
    private func permuted(_ input: Tensor) -> Tensor {
      let (batch, height, width, channels) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3] / 2)
      func order(_ length: Int) -> [Int] { (0..<length).map { ($0 + shift) % length } }
      let shifted = shift == 0 ? input : input.gathered(rows: order(height), columns: order(width))
      return shifted.reshaped(to: [batch, height / 2, 2, width / 2, 2, 2, channels])
        .transposed([0, 1, 3, 5, 2, 4, 6]).reshaped(to: [batch, height / 2, width / 2, 8 * channels])
    }
  }
}
