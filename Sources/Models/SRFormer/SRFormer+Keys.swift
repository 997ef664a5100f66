import Layers
import Tensors

extension SRFormer {
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let width = configuration.width
    var keys = TensorKey.convolution("first", "conv_first", configuration.inputChannels, width)
    if configuration.normalizesFirst { keys += TensorKey.affine("firstNorm", "patch_embed.norm", width) }
    for (group, (depth, heads)) in zip(configuration.depths, configuration.heads).enumerated() {
      for block in 0..<depth {
        keys += blockKeys(
          "groups.\(group).blocks.\(block)", "layers.\(group).residual_group.blocks.\(block)", heads: heads,
          configuration)
      }
      keys += ConnectionLayer.keys(
        "groups.\(group).connection", "layers.\(group).conv", width, configuration.connection)
    }
    return keys + TensorKey.affine("lastNorm", "norm", width)
      + ConnectionLayer.keys("trunk", "conv_after_body", width, configuration.connection)
      + configuration.head.keys("head")
  }

  private static func blockKeys(
    _ path: String, _ key: String, heads: Int, _ configuration: Configuration
  ) -> [TensorKey] {
    let (width, hidden) = (configuration.width, configuration.hidden)
    let (attention, name) = ("\(path).attention", "\(key).attn")
    return TensorKey.affine("\(path).attentionNorm", "\(key).norm1", width)
      + TensorKey.linear("\(attention).queries", "\(name).q", width, width)
      + TensorKey.linear("\(attention).keysValues", "\(name).kv", width, width / 2)
      + [TensorKey.relativePositions(attention, name, heads: heads, rows: configuration.window - 1)]
      + TensorKey.linear("\(attention).output", "\(name).proj", width, width)
      + TensorKey.affine("\(path).perceptronNorm", "\(key).norm2", width)
      + TensorKey.linear("\(path).first", "\(key).mlp.fc1", width, hidden)
      + TensorKey.convolution(
        "\(path).depthwise", "\(key).mlp.dwconv.depthwise_conv.0", hidden, hidden, kernel: Block.kernel, groups: hidden)
      + TensorKey.linear("\(path).second", "\(key).mlp.fc2", hidden, width)
  }
}

extension SRFormer {
  public var derivedTensors: [DerivedTensor] {
    AttentionBuffers.ofBlocks(
      depths: configuration.depths, window: configuration.window,
      places: RelativePlaces(window: configuration.window, ofSquares: 2), named: "aligned_relative_position_index",
      squares: 2)
  }
}
