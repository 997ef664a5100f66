import Layers

extension RealPLKSR {
  /// The names in the published files, where the network but for its pixel shuffle is one list of modules, with a dropout
  /// before the last.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let (width, large) = (configuration.width, configuration.largeChannels)
    var keys = TensorKey.convolution("first", "feats.0", configuration.inputChannels, width)
    for block in 0..<configuration.blocks {
      let (path, key) = ("blocks.\(block)", "feats.\(block + 1)")
      if configuration.norm == .layer { keys += TensorKey.affine("\(path).pixelNorm", "\(key).layer_norm", width) }
      keys += TensorKey.convolution("\(path).expansion", "\(key).channel_mixer.0", width, 2 * width)
      keys += TensorKey.convolution("\(path).contraction", "\(key).channel_mixer.2", 2 * width, width)
      keys += TensorKey.convolution("\(path).large", "\(key).lk.conv", large, large, kernel: configuration.kernel)
      if configuration.attends { keys += TensorKey.convolution("\(path).attention", "\(key).attn.f.0", width, width) }
      keys += TensorKey.convolution("\(path).refinement", "\(key).refine", width, width, kernel: 1)
      if configuration.norm == .group { keys += TensorKey.affine("\(path).norm", "\(key).norm", width) }
    }
    return keys
      + TensorKey.convolution(
        "last", "feats.\(configuration.blocks + 2)", width,
        configuration.outputChannels * configuration.scale * configuration.scale)
  }
}
