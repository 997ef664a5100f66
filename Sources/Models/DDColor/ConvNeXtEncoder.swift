import Layers
import Tensors

/// ConvNeXt without its classifier (Liu et al. 2022): normalised features at a quarter, an eighth, a sixteenth and a
/// thirty-second of the image's size, with twice the channels at each smaller one.
public struct ConvNeXtEncoder {
  public let stem: Conv2D
  public let stemNorm: LayerNorm
  /// Between the sizes: a norm, then a convolution that halves.
  public let halvingNorms: [LayerNorm]
  public let halvings: [Conv2D]
  public let blocks: [[Block]]
  /// Of the features that are handed out.
  public let norms: [LayerNorm]

  private static let epsilon: Float = 1e-6

  /// - Parameter depths: the number of blocks of each size, four of them.
  init(width: Int, depths: [Int]) {
    stem = Conv2D(3, width, kernel: 4, stride: 4)
    stemNorm = LayerNorm(width, epsilon: Self.epsilon)
    halvingNorms = (0..<3).map { LayerNorm(width << $0, epsilon: Self.epsilon) }
    halvings = (0..<3).map { Conv2D(width << $0, width << ($0 + 1), kernel: 2, stride: 2) }
    blocks = depths.enumerated().map { size, depth in (0..<depth).map { _ in Block(width << size) } }
    norms = (0..<4).map { LayerNorm(width << $0, epsilon: Self.epsilon) }
  }

  /// From the largest to the smallest.
  func features(_ image: Tensor) -> [Tensor] {
    var x = stemNorm(stem(image))
    return blocks.indices.map { size in
      if size > 0 { x = halvings[size - 1](halvingNorms[size - 1](x)) }
      for block in blocks[size] { x = block(x) }
      return norms[size](x)
    }
  }

  /// A depthwise 7x7 convolution and a perceptron, added to the input by a factor for each channel.
  public struct Block: Layer {
    public let depthwise: Conv2D
    public let norm: LayerNorm
    public let first: Linear, second: Linear
    /// `[channels]`.
    public let gain: Parameter

    static let kernel = 7

    init(_ channels: Int) {
      depthwise = Conv2D(channels, channels, kernel: Self.kernel, padding: Self.kernel / 2, groups: channels)
      norm = LayerNorm(channels, epsilon: ConvNeXtEncoder.epsilon)
      first = Linear(channels, 4 * channels)
      second = Linear(4 * channels, channels)
      gain = Parameter(repeating: 1, shape: [channels], role: .scale)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      second(first(norm(depthwise(input))).normalRectified()) * gain.tensor + input
    }
  }

  static func keys(_ path: String, _ key: String, width: Int, depths: [Int]) -> [TensorKey] {
    var keys = TensorKey.convolution("\(path).stem", "\(key).downsample_layers.0.0", 3, width, kernel: 4)
    keys += TensorKey.affine("\(path).stemNorm", "\(key).downsample_layers.0.1", width)
    for size in 0..<3 {
      let name = "\(key).downsample_layers.\(size + 1)"
      keys += TensorKey.affine("\(path).halvingNorms.\(size)", "\(name).0", width << size)
      keys += TensorKey.convolution(
        "\(path).halvings.\(size)", "\(name).1", width << size, width << (size + 1), kernel: 2)
    }
    for (size, depth) in depths.enumerated() {
      let channels = width << size
      keys += TensorKey.affine("\(path).norms.\(size)", "\(key).norm\(size)", channels)
      for index in 0..<depth {
        let (block, name) = ("\(path).blocks.\(size).\(index)", "\(key).stages.\(size).\(index)")
        keys += TensorKey.convolution(
          "\(block).depthwise", "\(name).dwconv", channels, channels, kernel: Block.kernel, groups: channels)
        keys += TensorKey.affine("\(block).norm", "\(name).norm", channels)
        keys += TensorKey.linear("\(block).first", "\(name).pwconv1", channels, 4 * channels)
        keys += TensorKey.linear("\(block).second", "\(name).pwconv2", 4 * channels, channels)
        keys.append(TensorKey.vector("\(block).gain", "\(name).gamma", channels))
      }
    }
    return keys
  }
}
