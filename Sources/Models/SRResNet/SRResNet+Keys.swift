extension SRResNet {
  /// The names in published files of either variant. The bounded variant's files number all parts as blocks.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    switch configuration.variant {
    case .linear: linearKeys(for: configuration)
    case .bounded: boundedKeys(for: configuration)
    }
  }

  private static func linearKeys(for configuration: Configuration) -> [TensorKey] {
    let width = configuration.width
    var keys = TensorKey.convolution("first", "conv1.0", configuration.inputChannels, width, kernel: 9)
    keys.append(.vector("firstRectifier.slope", "conv1.1.weight", 1))
    for index in 0..<configuration.blocks {
      keys += block(
        index, first: "trunk.\(index).rcb.0", norm: "trunk.\(index).rcb.1", rectifier: "trunk.\(index).rcb.2",
        second: "trunk.\(index).rcb.3", norm: "trunk.\(index).rcb.4", width, hasBiases: false)
    }
    keys += TensorKey.convolution("trunk", "conv2.0", width, width, hasBias: false)
    keys += TensorKey.norm("trunkNorm", "conv2.1", .batch, width)
    for (index, step) in configuration.steps.enumerated() {
      let block = "upsampling.\(index).upsample_block"
      keys += TensorKey.convolution("upsampling.\(index).convolution", "\(block).0", width, width * step * step)
      keys.append(.vector("upsampling.\(index).rectifier.slope", "\(block).2.weight", 1))
    }
    return keys + TensorKey.convolution("last", "conv3", width, configuration.outputChannels, kernel: 9)
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
