import Layers
import Tensors

extension DAT {
  /// Blocks and a connection, added to the input.
  public struct Group: Layer {
    public let blocks: [Block]
    public let connection: ConnectionLayer

    init(_ configuration: Configuration, index: Int) {
      blocks = (0..<configuration.depths[index]).map { Block(configuration, group: index, block: $0) }
      connection = ConnectionLayer(configuration.width, configuration.connection)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      var x = input
      for block in blocks { x = block(x) }
      return connection(x) + input
    }
  }

  /// Attention, then a gated network on each pixel, each after a norm and added to its input.
  public struct Block: Layer {
    public let attentionNorm: LayerNorm
    public let attention: Attention
    public let gateNorm: LayerNorm
    public let gated: GatedPerceptron

    init(_ configuration: Configuration, group: Int, block: Int) {
      attentionNorm = LayerNorm(configuration.width)
      attention = Attention(configuration, group: group, block: block)
      gateNorm = LayerNorm(configuration.width)
      gated = GatedPerceptron(configuration.width, hidden: configuration.hidden)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let x = input + attention(attentionNorm(input))
      return x + gated(gateNorm(x))
    }
  }

  /// Two layers with GELU between them, where half of the inner channels, after a depthwise convolution, multiply the others:
  /// the paper's spatial-gate feed-forward network.
  public struct GatedPerceptron: Layer {
    public let first: Linear
    public let norm: LayerNorm
    public let gate: Conv2D
    public let second: Linear

    init(_ width: Int, hidden: Int) {
      first = Linear(width, hidden)
      norm = LayerNorm(hidden / 2)
      gate = Conv2D(hidden / 2, hidden / 2, kernel: 3, padding: 1, groups: hidden / 2)
      second = Linear(hidden / 2, width)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let x = first(input).normalRectified()
      let half = x.shape[3] / 2
      return second(
        x.sliced(axis: 3, range: 0..<half) * gate(norm(x.sliced(axis: 3, range: half..<2 * half))))
    }
  }

  /// Attention and a depthwise convolution of the values, each weighed by what the other says: one's channels by their means,
  /// one's pixels by their channels (the paper's adaptive interaction).
  public struct Attention: Layer {
    /// To queries, keys and values.
    public let projection: Linear
    /// Lying and standing windows, on half of the heads each; empty where attention is among channels.
    public let windows: [PlacedWindows]
    /// `[heads, 1, 1]`, the factor of channels' likeness; nil where attention is among pixels.
    public let temperature: Parameter?
    public let depthwise: Conv2D
    public let depthwiseNorm: BatchNorm2D
    public let ofChannels: Interaction, ofPixels: Interaction
    public let output: Linear

    init(_ configuration: Configuration, group: Int, block: Int) {
      let (width, heads) = (configuration.width, configuration.heads[group])
      let isSpatial = Configuration.isSpatial(block: block)
      projection = Linear(width, 3 * width)
      windows = (0..<(isSpatial ? 2 : 0)).map {
        PlacedWindows(
          configuration, heads: heads / 2, isStanding: $0 == 1,
          isShifted: Configuration.isShifted(group: group, block: block))
      }
      temperature = isSpatial ? nil : Parameter(repeating: 1, shape: [heads, 1, 1], role: .scale)
      depthwise = Conv2D(width, width, kernel: 3, padding: 1, groups: width)
      depthwiseNorm = BatchNorm2D(width)
      ofChannels = Interaction(width, inner: width / 8, outputs: width)
      ofPixels = Interaction(width, inner: width / 16, outputs: 1)
      output = Linear(width, width)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let width = input.shape[3]
      let projected = projection(input)
      let values = projected.sliced(axis: 3, range: 2 * width..<3 * width)
      let local = depthwise(values, then: depthwiseNorm).normalRectified()
      func means(_ x: Tensor) -> Tensor { x.mean(axes: [1, 2], keepingDimensions: true) }
      if let temperature {
        let attended = attendedChannels(of: projected, temperature: temperature)
        return output(attended * ofPixels(local).sigmoid() + local * ofChannels(means(attended)).sigmoid())
      }
      let attended = concatenated(windows.enumerated().map { $1(projected, half: $0) }, axis: 3)
      return output(attended * ofChannels(means(local)).sigmoid() + local * ofPixels(attended).sigmoid())
    }

    /// Attention among the channels of each head, by the likeness of queries' and keys' values over the image.
    private func attendedChannels(of projected: Tensor, temperature: Parameter) -> Tensor {
      let (shape, heads) = (projected.shape, temperature.shape[0])
      let (pixels, channels) = (shape[1] * shape[2], shape[3] / 3 / heads)
      // [N, heads, pixels, channels]
      let parts = (0..<3).map { part in
        projected.sliced(axis: 3, range: part * heads * channels..<(part + 1) * heads * channels)
          .reshaped(to: [shape[0], pixels, heads, channels]).transposed([0, 2, 1, 3])
      }
      func length(_ x: Tensor) -> Tensor {
        x.squared().sum(axes: [2], keepingDimensions: true).clamped(to: 1e-24 ... .infinity).squareRoot()
      }
      let likeness = parts[0].matrixProduct(with: parts[1], transposingLeft: true)
      let scale = temperature.tensor / (length(parts[0]).transposed([0, 1, 3, 2]) * length(parts[1]))
      let attended = parts[2].matrixProduct(with: (likeness * scale).softmax(), transposingRight: true)
      return attended.transposed([0, 2, 1, 3]).reshaped(to: [shape[0], shape[1], shape[2], heads * channels])
    }
  }

  /// Two 1x1 convolutions with a batch norm and GELU between them.
  public struct Interaction: Layer {
    public let first: Conv2D
    public let norm: BatchNorm2D
    public let second: Conv2D

    init(_ width: Int, inner: Int, outputs: Int) {
      first = Conv2D(width, inner, kernel: 1)
      norm = BatchNorm2D(inner)
      second = Conv2D(inner, outputs, kernel: 1)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor { second(first(input, then: norm).normalRectified()) }
  }
}
