import Layers
import Tensors

extension SwinIR {
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let width = configuration.width
    var keys = TensorKey.convolution("first", "conv_first", configuration.inputChannels, width)
    if configuration.normalizesFirst { keys += TensorKey.affine("firstNorm", "patch_embed.norm", width) }
    for (group, (depth, heads)) in zip(configuration.depths, configuration.heads).enumerated() {
      for block in 0..<depth {
        keys += TensorKey.transformerBlock(
          "groups.\(group).blocks.\(block)", "layers.\(group).residual_group.blocks.\(block)", width, heads: heads,
          window: configuration.window, hidden: configuration.hidden)
      }
      keys += ConnectionLayer.keys(
        "groups.\(group).connection", "layers.\(group).conv", width, configuration.connection)
    }
    return keys + TensorKey.affine("lastNorm", "norm", width)
      + ConnectionLayer.keys("trunk", "conv_after_body", width, configuration.connection)
      + configuration.head.keys("head")
  }
}

extension TensorKey {
  /// The keys of a `TransformerBlock`, as Swin's and the networks after it have them.
  static func transformerBlock(
    _ path: String, _ key: String, _ width: Int, heads: Int, window: Int, hidden: Int
  ) -> [TensorKey] {
    affine("\(path).attentionNorm", "\(key).norm1", width)
      + [relativePositions("\(path).attention", "\(key).attn", heads: heads, rows: 2 * window - 1)]
      + linear("\(path).attention.projection", "\(key).attn.qkv", width, 3 * width)
      + linear("\(path).attention.output", "\(key).attn.proj", width, width)
      + affine("\(path).perceptronNorm", "\(key).norm2", width)
      + linear("\(path).perceptron.first", "\(key).mlp.fc1", width, hidden)
      + linear("\(path).perceptron.second", "\(key).mlp.fc2", hidden, width)
  }

  /// - Parameter rows: the number of distances along an axis.
  static func relativePositions(_ path: String, _ key: String, heads: Int, rows: Int) -> TensorKey {
    TensorKey(
      path: "\(path).bias.table", key: "\(key).relative_position_bias_table", layout: .same,
      shape: [rows * rows, heads])
  }
}

extension SwinIR {
  public var derivedTensors: [DerivedTensor] {
    AttentionBuffers.ofBlocks(
      depths: configuration.depths, window: configuration.window,
      places: RelativePlaces(window: Size(configuration.window)), named: "relative_position_index")
  }
}
