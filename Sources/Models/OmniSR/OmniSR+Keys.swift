import Layers
import Tensors

extension OmniSR {
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let (width, scale, hasBias) = (configuration.width, configuration.scale, configuration.hasBias)
    var keys = TensorKey.convolution("first", "input", configuration.inputChannels, width, hasBias: hasBias)
    for group in 0..<configuration.groups {
      let (path, key) = ("groups.\(group)", "residual_layer.\(group)")
      for block in 0..<configuration.blocks {
        keys += blockKeys("\(path).blocks.\(block)", "\(key).residual_layer.\(block).layer", configuration)
      }
      keys += TensorKey.convolution(
        "\(path).last", "\(key).residual_layer.\(configuration.blocks)", width, width, kernel: 1, hasBias: hasBias)
      keys += weighingKeys("\(path).weighing", "\(key).esa", width)
    }
    return keys + TensorKey.convolution("trunk", "output", width, width, hasBias: hasBias)
      + TensorKey.convolution(
        "upsampling", "up.0", width, configuration.outputChannels * scale * scale, hasBias: hasBias)
  }

  private static func weighingKeys(_ path: String, _ key: String, _ width: Int) -> [TensorKey] {
    let inner = max(width / 4, 16)
    return TensorKey.convolution("\(path).entry", "\(key).conv1", width, inner, kernel: 1)
      + TensorKey.convolution("\(path).beside", "\(key).conv_f", inner, inner, kernel: 1)
      + TensorKey.convolution("\(path).halving", "\(key).conv2", inner, inner)
      + TensorKey.convolution("\(path).inner", "\(key).conv3", inner, inner)
      + TensorKey.convolution("\(path).output", "\(key).conv4", inner, width, kernel: 1)
  }

  /// The modules of a block's list: local features, then for either attention pair the four parts, between modules that
  /// rearrange pixels.
  private static func blockKeys(_ path: String, _ key: String, _ configuration: Configuration) -> [TensorKey] {
    let width = configuration.width
    func matrix(_ name: String, _ module: String, _ inputs: Int, _ outputs: Int) -> TensorKey {
      TensorKey(
        path: "\(path).local.\(name)", key: "\(key).0.fn.4.gate.\(module).weight", layout: .linear,
        shape: [outputs, inputs])
    }
    return TensorKey.convolution("\(path).local.first", "\(key).0.fn.0", width, width, kernel: 1)
      + TensorKey.convolution("\(path).local.depthwise", "\(key).0.fn.2", width, width, groups: width)
      + [matrix("squeeze", "1", width, width / 4), matrix("expansion", "3", width / 4, width)]
      + TensorKey.convolution("\(path).local.last", "\(key).0.fn.5", width, width, kernel: 1)
      + pairKeys("\(path).within", key, [2, 4, 5, 6], configuration)
      + pairKeys("\(path).across", key, [8, 10, 11, 12], configuration)
  }

  private static func pairKeys(
    _ path: String, _ key: String, _ modules: [Int], _ configuration: Configuration
  ) -> [TensorKey] {
    let (width, window) = (configuration.width, configuration.window)
    let names = modules.map { "\(key).\($0)" }
    func matrix(_ path: String, _ key: String, _ outputs: Int) -> TensorKey {
      TensorKey(path: path, key: "\(key).weight", layout: .linear, shape: [outputs, width])
    }
    func gated(_ path: String, _ key: String) -> [TensorKey] {
      TensorKey.convolution("\(path).first", "\(key).project_in", width, 2 * width, kernel: 1, hasBias: false)
        + TensorKey.convolution(
          "\(path).depthwise", "\(key).dwconv", 2 * width, 2 * width, groups: 2 * width, hasBias: false)
        + TensorKey.convolution("\(path).last", "\(key).project_out", width, width, kernel: 1, hasBias: false)
    }
    let positions = TensorKey(
      path: "\(path).pixels.bias.table", key: "\(names[0]).fn.rel_pos_bias.weight", layout: .same,
      shape: [(2 * window - 1) * (2 * window - 1), Configuration.heads])
    let pixels: [TensorKey] =
      TensorKey.affine("\(path).pixelNorm", "\(names[0]).norm", width)
      + [matrix("\(path).pixels.projection", "\(names[0]).fn.to_qkv", 3 * width)]
      + (configuration.hasPositions ? [positions] : [])
      + [matrix("\(path).pixels.output", "\(names[0]).fn.to_out.0", width)]
      + TensorKey.affine("\(path).firstNorm", "\(names[1]).norm", width) + gated("\(path).first", "\(names[1]).fn")
    let channels: [TensorKey] =
      TensorKey.affine("\(path).channelNorm", "\(names[2]).norm", width)
      + [
        TensorKey(
          path: "\(path).channels.temperature", key: "\(names[2]).fn.temperature", layout: .same,
          shape: [Configuration.heads, 1, 1])
      ]
      + TensorKey.convolution(
        "\(path).channels.projection", "\(names[2]).fn.qkv", width, 3 * width, kernel: 1, hasBias: false)
      + TensorKey.convolution(
        "\(path).channels.depthwise", "\(names[2]).fn.qkv_dwconv", 3 * width, 3 * width, groups: 3 * width,
        hasBias: false)
      + TensorKey.convolution(
        "\(path).channels.output", "\(names[2]).fn.project_out", width, width, kernel: 1, hasBias: false)
      + TensorKey.affine("\(path).secondNorm", "\(names[3]).norm", width) + gated("\(path).second", "\(names[3]).fn")
    return pixels + channels
  }
}
