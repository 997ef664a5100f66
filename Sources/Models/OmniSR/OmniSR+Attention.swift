import Layers
import Tensors

extension OmniSR {
  /// Windows side by side, or with their pixels spread evenly over the image.
  private static func windows(of image: Tensor, _ window: Int, isSpread: Bool) -> WindowedImage {
    func axis(_ length: Int) -> WindowAxis {
      guard isSpread else { return .shifted(size: window, of: length) }
      let step = length / window
      return WindowAxis(
        size: window,
        positions: (0..<step).flatMap { start in (0..<window).map { Int32(start + $0 * step) } })
    }
    return WindowedImage(
      height: image.shape[1], width: image.shape[2], rows: axis(image.shape[1]), columns: axis(image.shape[2]))
  }

  /// Attention among the pixels of each window.
  public struct PixelAttention: Layer {
    /// To queries, keys and values, `[width, 3 width]`.
    public let projection: Parameter
    public let bias: RelativePositionBias?
    /// `[width, width]`.
    public let output: Parameter
    private let window: Int
    private let isSpread: Bool

    init(_ configuration: Configuration, isSpread: Bool) {
      let width = configuration.width
      projection = Parameter(repeating: 0, shape: [width, 3 * width], role: .weight)
      bias =
        configuration.hasPositions
        ? RelativePositionBias(heads: Configuration.heads, RelativePlaces(window: Size(configuration.window))) : nil
      output = Parameter(repeating: 0, shape: [width, width], role: .weight)
      window = configuration.window
      self.isSpread = isSpread
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let (width, heads, pixels) = (input.shape[3], Configuration.heads, window * window)
      let windows = OmniSR.windows(of: input, window, isSpread: isSpread)
      let attention = WindowAttention(
        heads: heads, headChannels: width / heads, queries: AttentionChannels(first: 0),
        keys: AttentionChannels(first: width), values: AttentionChannels(first: 2 * width), queryWindows: windows,
        keyWindows: windows)
      let bias = bias?.tensor ?? Tensor(NDArray(repeating: 0, shape: [heads, pixels, pixels]))
      let attended = attention([input.convolved(with: projection.kernel)], bias: bias)
      return attended.convolved(with: output.kernel)
    }
  }

  /// Attention among the channels of each head, by the likeness of their values in each window or, where those are spread, at
  /// each place in a window over all windows.
  public struct ChannelAttention: Layer {
    /// `[heads, 1, 1]`, the factor of channels' likeness.
    public let temperature: Parameter
    /// To queries, keys and values, without biases.
    public let projection: Conv2D, depthwise: Conv2D
    public let output: Conv2D
    private let window: Int
    private let isSpread: Bool

    init(_ configuration: Configuration, isSpread: Bool) {
      let width = configuration.width
      temperature = Parameter(repeating: 1, shape: [Configuration.heads, 1, 1], role: .scale)
      projection = Conv2D(width, 3 * width, kernel: 1, hasBias: false)
      depthwise = Conv2D(3 * width, 3 * width, kernel: 3, padding: 1, groups: 3 * width, hasBias: false)
      output = Conv2D(width, width, kernel: 1, hasBias: false)
      window = configuration.window
      self.isSpread = isSpread
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let projected = depthwise(projection(input))
      let (batch, height, width) = (input.shape[0], input.shape[1], input.shape[2])
      let heads = Configuration.heads
      let shape: Shape = [batch, height / window, window, width / window, window, 3, heads, input.shape[3] / heads]
      // [3, N, windows or places, heads, pixels, channels]
      let order = isSpread ? [5, 0, 2, 4, 6, 1, 3, 7] : [5, 0, 1, 3, 6, 2, 4, 7]
      let permuted = projected.reshaped(to: shape).transposed(order)
      let sizes = permuted.shape
      let parts = (0..<3).map {
        permuted.sliced(axis: 0, range: $0..<$0 + 1)
          .reshaped(to: [batch, sizes[2] * sizes[3], heads, sizes[5] * sizes[6], sizes[7]])
      }
      func length(_ x: Tensor) -> Tensor {
        x.squared().sum(axes: [3], keepingDimensions: true).clamped(to: 1e-24 ... .infinity).squareRoot()
      }
      let likeness = parts[0].matrixProduct(with: parts[1], transposingLeft: true)
      let scale = temperature.tensor / (length(parts[0]).transposed([0, 1, 2, 4, 3]) * length(parts[1]))
      let attended = parts[2].matrixProduct(with: (likeness * scale).softmax(), transposingRight: true)
        .reshaped(to: [batch, sizes[2], sizes[3], heads, sizes[5], sizes[6], sizes[7]])
        .transposed(isSpread ? [0, 4, 1, 5, 2, 3, 6] : [0, 1, 4, 2, 5, 3, 6])
      return output(attended.reshaped(to: input.shape))
    }
  }
}

extension Parameter {
  /// A matrix `[inputs, outputs]` as the kernel of a 1x1 convolution.
  fileprivate var kernel: Tensor { tensor.reshaped(to: [1, 1, shape[0], shape[1]]) }
}
