extension MSRResNet {
  /// The names in BasicSR's files; the direct form, which BasicSR lacks, goes from the blocks to `conv_last`.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let (width, steps) = (configuration.width, configuration.steps)
    var keys = TensorKey.convolution("first", "conv_first", configuration.inputChannels, width)
    for block in 0..<configuration.blocks {
      keys += TensorKey.convolution("blocks.\(block).first", "body.\(block).conv1", width, width)
      keys += TensorKey.convolution("blocks.\(block).second", "body.\(block).conv2", width, width)
    }
    for (index, step) in steps.enumerated() {
      keys += TensorKey.convolution("upsampling.\(index)", "upconv\(index + 1)", width, width * step * step)
    }
    if configuration.upsampling == .stepwise { keys += TensorKey.convolution("refinement", "conv_hr", width, width) }
    return keys + TensorKey.convolution("last", "conv_last", width, configuration.lastChannels)
  }
}
