extension MSRResNet {
  /// The names in BasicSR's files; the direct form, which BasicSR lacks, goes from the blocks to `conv_last`.
  public static func pyTorchKeys(for configuration: Configuration) -> [PyTorchKey] {
    var keys = PyTorchKey.convolution("first", "conv_first")
    for block in 0..<configuration.blocks {
      keys += PyTorchKey.convolution("blocks.\(block).first", "body.\(block).conv1")
      keys += PyTorchKey.convolution("blocks.\(block).second", "body.\(block).conv2")
    }
    for step in configuration.steps.indices {
      keys += PyTorchKey.convolution("upsampling.\(step)", "upconv\(step + 1)")
    }
    if configuration.upsampling == .stepwise { keys += PyTorchKey.convolution("refinement", "conv_hr") }
    return keys + PyTorchKey.convolution("last", "conv_last")
  }
}
