extension MSRResNet {
  /// The names in BasicSR's files; the direct form, which BasicSR lacks, goes from the blocks to `conv_last`.
  public static func pyTorchKeys(for configuration: Configuration) -> [PyTorchKey] {
    let (width, steps) = (configuration.width, configuration.steps)
    var keys = PyTorchKey.convolution("first", "conv_first", configuration.inputChannels, width)
    for block in 0..<configuration.blocks {
      keys += PyTorchKey.convolution("blocks.\(block).first", "body.\(block).conv1", width, width)
      keys += PyTorchKey.convolution("blocks.\(block).second", "body.\(block).conv2", width, width)
    }
    for (index, step) in steps.enumerated() {
      keys += PyTorchKey.convolution("upsampling.\(index)", "upconv\(index + 1)", width, width * step * step)
    }
    if configuration.upsampling == .stepwise { keys += PyTorchKey.convolution("refinement", "conv_hr", width, width) }
    return keys + PyTorchKey.convolution("last", "conv_last", width, configuration.lastChannels)
  }
}
