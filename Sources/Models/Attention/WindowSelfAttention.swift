import Layers
import Tensors

/// Attention among the pixels of each window (Liu et al. 2021, Swin), `[N, H, W, width] -> [N, H, W, width]`; H and W multiples
/// of the window.
public struct WindowSelfAttention: Layer {
  /// To queries, keys and values.
  public let projection: Linear
  public let bias: RelativePositionBias
  public let output: Linear
  private let heads: Int, window: Int, shift: Int

  /// - Parameter shift: how far the windows begin after the image does.
  init(_ width: Int, heads: Int, window: Int, shift: Int) {
    projection = Linear(width, 3 * width)
    bias = RelativePositionBias(heads: heads, RelativePlaces(window: Size(window)))
    output = Linear(width, width)
    self.heads = heads
    self.window = window
    self.shift = shift
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let width = input.shape[3]
    let windows = WindowedImage.shifted(
      size: Size(window), of: Size(height: input.shape[1], width: input.shape[2]), by: Size(shift))
    let attention = WindowAttention(
      heads: heads, headChannels: width / heads, queries: AttentionChannels(first: 0),
      keys: AttentionChannels(first: width), values: AttentionChannels(first: 2 * width), queryWindows: windows,
      keyWindows: windows)
    return output(attention([projection(input)], bias: bias.tensor))
  }
}

/// Two layers with GELU between them, on each pixel.
public struct Perceptron: Layer {
  public let first: Linear, second: Linear

  init(_ width: Int, hidden: Int) {
    first = Linear(width, hidden)
    second = Linear(hidden, width)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { second(first(input).normalRectified()) }
}

/// Attention within windows, then a perceptron, each after a norm and added to its input.
public struct TransformerBlock: Layer {
  public let attentionNorm: LayerNorm
  public let attention: WindowSelfAttention
  public let perceptronNorm: LayerNorm
  public let perceptron: Perceptron

  init(_ width: Int, heads: Int, window: Int, shift: Int, hidden: Int) {
    attentionNorm = LayerNorm(width)
    attention = WindowSelfAttention(width, heads: heads, window: window, shift: shift)
    perceptronNorm = LayerNorm(width)
    perceptron = Perceptron(width, hidden: hidden)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let x = input + attention(attentionNorm(input))
    return x + perceptron(perceptronNorm(x))
  }
}
