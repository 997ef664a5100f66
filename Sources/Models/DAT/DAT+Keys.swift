import Layers
import Tensors

extension DAT {
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let width = configuration.width
    var keys =
      TensorKey.convolution("first", "conv_first", configuration.inputChannels, width)
      + TensorKey.affine("firstNorm", "before_RG.1", width)
    for (group, depth) in configuration.depths.enumerated() {
      for block in 0..<depth {
        keys += blockKeys(
          "groups.\(group).blocks.\(block)", "layers.\(group).blocks.\(block)", configuration, group: group,
          block: block)
      }
      keys += ConnectionLayer.keys(
        "groups.\(group).connection", "layers.\(group).conv", width, configuration.connection)
    }
    return keys + TensorKey.affine("lastNorm", "norm", width)
      + ConnectionLayer.keys("trunk", "conv_after_body", width, configuration.connection)
      + configuration.head.keys("head")
  }

  private static func blockKeys(
    _ path: String, _ key: String, _ configuration: Configuration, group: Int, block: Int
  ) -> [TensorKey] {
    let (width, gates) = (configuration.width, configuration.hidden / 2)
    let (attention, name) = ("\(path).attention", "\(key).attn")
    return TensorKey.affine("\(path).attentionNorm", "\(key).norm1", width)
      + TensorKey.linear("\(attention).projection", "\(name).qkv", width, 3 * width)
      + attentionKeys(attention, name, configuration, group: group, block: block)
      + TensorKey.convolution("\(attention).depthwise", "\(name).dwconv.0", width, width, groups: width)
      + TensorKey.norm("\(attention).depthwiseNorm", "\(name).dwconv.1", .batch, width)
      + interaction("\(attention).ofChannels", "\(name).channel_interaction", [1, 2, 4], width, width / 8, width)
      + interaction("\(attention).ofPixels", "\(name).spatial_interaction", [0, 1, 3], width, width / 16, 1)
      + TensorKey.linear("\(attention).output", "\(name).proj", width, width)
      + TensorKey.affine("\(path).gateNorm", "\(key).norm2", width)
      + TensorKey.linear("\(path).gated.first", "\(key).ffn.fc1", width, 2 * gates)
      + TensorKey.affine("\(path).gated.norm", "\(key).ffn.sg.norm", gates)
      + TensorKey.convolution("\(path).gated.gate", "\(key).ffn.sg.conv", gates, gates, groups: gates)
      + TensorKey.linear("\(path).gated.second", "\(key).ffn.fc2", gates, width)
  }

  private static func attentionKeys(
    _ path: String, _ key: String, _ configuration: Configuration, group: Int, block: Int
  ) -> [TensorKey] {
    let heads = configuration.heads[group]
    guard Configuration.isSpatial(block: block) else {
      return [
        TensorKey(path: "\(path).temperature", key: "\(key).temperature", layout: .same, shape: [heads, 1, 1])
      ]
    }
    let inner = PlacedWindows.innerWidth(of: configuration)
    return (0..<2).flatMap { half in
      let (path, key) = ("\(path).windows.\(half)", "\(key).attns.\(half).pos")
      return TensorKey.linear("\(path).entry", "\(key).pos_proj", 2, inner)
        + [inner, inner, heads / 2].enumerated().flatMap { index, outputs in
          TensorKey.affine("\(path).steps.\(index).norm", "\(key).pos\(index + 1).0", inner)
            + TensorKey.linear("\(path).steps.\(index).linear", "\(key).pos\(index + 1).2", inner, outputs)
        }
    }
  }

  /// - Parameter modules: the numbers of the convolutions and, between them, the norm in their list.
  private static func interaction(
    _ path: String, _ key: String, _ modules: [Int], _ width: Int, _ inner: Int, _ outputs: Int
  ) -> [TensorKey] {
    TensorKey.convolution("\(path).first", "\(key).\(modules[0])", width, inner, kernel: 1)
      + TensorKey.norm("\(path).norm", "\(key).\(modules[1])", .batch, inner)
      + TensorKey.convolution("\(path).second", "\(key).\(modules[2])", inner, outputs, kernel: 1)
  }
}
