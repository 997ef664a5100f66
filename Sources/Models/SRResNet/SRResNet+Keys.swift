extension SRResNet {
  /// The names in published files of either variant. The bounded variant's files number all parts as blocks.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    switch (configuration.variant, configuration.otherParts) {
    case (.bounded, nil): boundedKeys(for: configuration)
    default: listedKeys(for: configuration)
    }
  }

  /// The names of the linear variant, which numbers what it lists; other parts have theirs among them.
  private static func listedKeys(for configuration: Configuration) -> [TensorKey] {
    let (width, parts) = (configuration.width, configuration.parts)
    let slopes = parts.rectifier == .parametricByChannel ? width : 1
    func rectifier(_ path: String, _ key: String) -> [TensorKey] {
      parts.hasParametricRectifiers ? [.vector("\(path).slope", "\(key).weight", slopes)] : []
    }
    func norm(_ path: String, _ key: String, _ channels: Int) -> [TensorKey] {
      switch parts.norm {
      case .none: []
      case .batch: TensorKey.norm(path, key, .batch, channels)
      case .affineInstance: TensorKey.norm(path, key, .affineInstance, channels)
      }
    }
    func convolution(_ path: String, _ key: String, _ outputs: Int, hasBias: Bool) -> [TensorKey] {
      TensorKey.convolution(path, key, width, outputs, hasBias: hasBias)
    }
    var keys =
      TensorKey.convolution(
        "first", "conv1.0", configuration.inputChannels, width, kernel: parts.edgeKernel, hasBias: parts.hasEdgeBiases)
      + rectifier("firstRectifier", "conv1.1")
    for index in 0..<configuration.blocks {
      let (path, key) = ("blocks.\(index)", "trunk.\(index).rcb")
      keys +=
        convolution("\(path).first", "\(key).0", width, hasBias: parts.hasBlockBiases)
        + norm("\(path).firstNorm", "\(key).1", width) + rectifier("\(path).rectifier", "\(key).2")
        + convolution("\(path).second", "\(key).3", width, hasBias: parts.hasBlockBiases)
        + norm("\(path).secondNorm", "\(key).4", width)
    }
    keys += convolution("trunk", "conv2.0", width, hasBias: parts.hasTrunkBias)
    if parts.hasTrunkNorm { keys += norm("trunkNorm", "conv2.1", width) }
    if parts.hasTrunkRectifier { keys += rectifier("trunkRectifier", "conv2.2") }
    for (index, step) in configuration.steps.enumerated() {
      let (path, key, channels) = ("upsampling.\(index)", "upsampling.\(index).upsample_block", width * step * step)
      keys += convolution("\(path).convolution", "\(key).0", channels, hasBias: parts.hasUpsamplingBiases)
      if parts.hasUpsamplingNorms { keys += norm("\(path).norm", "\(key).1", channels) }
      keys += rectifier("\(path).rectifier", parts.hasUpsamplingNorms ? "\(key).3" : "\(key).2")
    }
    return keys
      + TensorKey.convolution(
        "last", "conv3", width, configuration.outputChannels, kernel: parts.edgeKernel, hasBias: parts.hasEdgeBiases)
  }

  private static func boundedKeys(for configuration: Configuration) -> [TensorKey] {
    let (width, blocks, steps) = (configuration.width, configuration.blocks, configuration.steps)
    var keys = TensorKey.convolution("first", "block1.0", configuration.inputChannels, width, kernel: 9)
    keys.append(.vector("firstRectifier.slope", "block1.1.weight", 1))
    for index in 0..<blocks {
      let name = "block\(2 + index)"
      keys += block(
        index, first: "\(name).conv1", norm: "\(name).bn1", rectifier: "\(name).prelu", second: "\(name).conv2",
        norm: "\(name).bn2", width, hasBiases: true)
    }
    keys += TensorKey.convolution("trunk", "block\(2 + blocks).0", width, width)
    keys.append(.vector("trunkRectifier.slope", "block\(2 + blocks).1.weight", 1))
    let upsampling = "block\(3 + blocks)"
    for (index, step) in steps.enumerated() {
      let block = "\(upsampling).\(index)"
      keys += TensorKey.convolution("upsampling.\(index).convolution", "\(block).conv", width, width * step * step)
      keys.append(.vector("upsampling.\(index).rectifier.slope", "\(block).prelu.weight", 1))
    }
    return keys
      + TensorKey.convolution("last", "\(upsampling).\(steps.count)", width, configuration.outputChannels, kernel: 9)
  }

  private static func block(
    _ index: Int, first: String, norm firstNorm: String, rectifier: String, second: String, norm secondNorm: String,
    _ width: Int, hasBiases: Bool
  ) -> [TensorKey] {
    TensorKey.convolution("blocks.\(index).first", first, width, width, hasBias: hasBiases)
      + TensorKey.norm("blocks.\(index).firstNorm", firstNorm, .batch, width)
      + [.vector("blocks.\(index).rectifier.slope", "\(rectifier).weight", 1)]
      + TensorKey.convolution("blocks.\(index).second", second, width, width, hasBias: hasBiases)
      + TensorKey.norm("blocks.\(index).secondNorm", secondNorm, .batch, width)
  }
}
