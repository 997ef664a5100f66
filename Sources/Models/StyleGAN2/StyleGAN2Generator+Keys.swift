extension StyleGAN2Generator {
  /// The names in stylegan2-ada-pytorch's state dictionaries.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let (style, classes, sides) = (configuration.style, configuration.classes, configuration.sides)
    var keys: [TensorKey] = []
    if classes > 0 { keys += TensorKey.linear("mapping.embedding", "mapping.embed", classes, style) }
    for layer in 0..<configuration.mappingLayers {
      let inputs = layer > 0 ? style : configuration.noise + (classes > 0 ? style : 0)
      keys += TensorKey.linear("mapping.layers.\(layer)", "mapping.fc\(layer)", inputs, style)
    }
    keys.append(.vector("mapping.mean", "mapping.w_avg", style))
    let first = configuration.channels(side: 4)
    keys.append(TensorKey(path: "constant", key: "synthesis.b4.const", layout: .image, shape: [first, 4, 4]))
    for (index, side) in sides.enumerated() {
      let (path, key, channels) = ("blocks.\(index)", "synthesis.b\(side)", configuration.channels(side: side))
      if side > 4 {
        keys += convolution(
          "\(path).first", "\(key).conv0", configuration.channels(side: side / 2), channels, configuration, side)
      }
      keys += convolution("\(path).second", "\(key).conv1", channels, channels, configuration, side)
      keys += TensorKey.linear("\(path).colors.affine", "\(key).torgb.affine", style, channels)
      keys += TensorKey.convolution(
        "\(path).colors", "\(key).torgb", channels, configuration.outputChannels, kernel: 1)
    }
    return keys
  }

  private static func convolution(
    _ path: String, _ key: String, _ inputs: Int, _ outputs: Int, _ configuration: Configuration, _ side: Int
  ) -> [TensorKey] {
    let factors = configuration.modulation == .adain ? 2 * outputs : inputs
    return TensorKey.linear("\(path).affine", "\(key).affine", configuration.style, factors)
      + TensorKey.convolution(path, key, inputs, outputs) + [
        TensorKey(path: "\(path).noiseStrength", key: "\(key).noise_strength", layout: .same, shape: []),
        TensorKey(path: "\(path).noise", key: "\(key).noise_const", layout: .same, shape: [side, side]),
      ]
  }
}
