import Layers
import Tensors

extension SwinIR {
  /// Transformer blocks and a convolution, added to the input: the paper's residual Swin transformer block.
  public struct Group: Layer {
    public let blocks: [TransformerBlock]
    public let connection: ConnectionLayer

    init(_ configuration: Configuration, depth: Int, heads: Int) {
      blocks = (0..<depth).map { index in
        TransformerBlock(
          configuration.width, heads: heads, window: configuration.window,
          shift: index % 2 * (configuration.window / 2), hidden: configuration.hidden)
      }
      connection = ConnectionLayer(configuration.width, configuration.connection)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      var x = input
      for block in blocks { x = block(x) }
      return connection(x) + input
    }
  }
}
