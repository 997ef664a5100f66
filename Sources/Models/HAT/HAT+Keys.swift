import Layers
import Tensors

extension HAT {
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let width = configuration.width
    var keys = TensorKey.convolution("first", "conv_first", configuration.inputChannels, width)
    if configuration.normalizesFirst { keys += TensorKey.affine("firstNorm", "patch_embed.norm", width) }
    for (group, (depth, heads)) in zip(configuration.depths, configuration.heads).enumerated() {
      let (path, key) = ("groups.\(group)", "layers.\(group).residual_group")
      for block in 0..<depth {
        keys += TensorKey.transformerBlock(
          "\(path).blocks.\(block)", "\(key).blocks.\(block)", width, heads: heads, window: configuration.window,
          hidden: configuration.hidden)
        keys += convolutions("\(path).blocks.\(block).convolutions", "\(key).blocks.\(block).conv_block", configuration)
      }
      keys += overlapping("\(path).overlapping", "\(key).overlap_attn", heads: heads, configuration)
      keys += TensorKey.convolution("\(path).connection", "layers.\(group).conv", width, width)
    }
    return keys + TensorKey.affine("lastNorm", "norm", width)
      + TensorKey.convolution("trunk", "conv_after_body", width, width) + configuration.head.keys("head")
  }

  private static func convolutions(_ path: String, _ key: String, _ configuration: Configuration) -> [TensorKey] {
    let (width, inner, squeezed) = (configuration.width, configuration.compressed, configuration.squeezed)
    return TensorKey.convolution("\(path).first", "\(key).cab.0", width, inner)
      + TensorKey.convolution("\(path).second", "\(key).cab.2", inner, width)
      + TensorKey.convolution("\(path).squeeze", "\(key).cab.3.attention.1", width, squeezed, kernel: 1)
      + TensorKey.convolution("\(path).expansion", "\(key).cab.3.attention.3", squeezed, width, kernel: 1)
  }

  private static func overlapping(
    _ path: String, _ key: String, heads: Int, _ configuration: Configuration
  ) -> [TensorKey] {
    let (width, hidden) = (configuration.width, configuration.hidden)
    return TensorKey.affine("\(path).attentionNorm", "\(key).norm1", width)
      + TensorKey.linear("\(path).projection", "\(key).qkv", width, 3 * width)
      + [TensorKey.relativePositions(path, key, heads: heads, rows: configuration.window + configuration.overlap - 1)]
      + TensorKey.linear("\(path).output", "\(key).proj", width, width)
      + TensorKey.affine("\(path).perceptronNorm", "\(key).norm2", width)
      + TensorKey.linear("\(path).perceptron.first", "\(key).mlp.fc1", width, hidden)
      + TensorKey.linear("\(path).perceptron.second", "\(key).mlp.fc2", hidden, width)
  }
}

extension HAT {
  /// Where the distances between the pixels of a window stand in their table, and those to a larger window around it.
  public var derivedTensors: [DerivedTensor] {
    let (window, overlap) = (configuration.window, configuration.overlap)
    return [
      DerivedTensor("relative_position_index_SA", RelativePlaces(window: Size(window)).index, isIndex: true),
      DerivedTensor(
        "relative_position_index_OCA", RelativePlaces(window: window, around: overlap).index, isIndex: true),
    ]
  }
}
