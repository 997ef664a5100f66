extension RRDBNet {
  /// The names in BasicSR's and Real-ESRGAN's files.
  public static func pyTorchKeys(for configuration: Configuration) -> [PyTorchKey] {
    var keys = PyTorchKey.convolution("first", "conv_first")
    for block in 0..<configuration.blocks {
      for dense in 0..<3 {
        for index in 0..<5 {
          keys += PyTorchKey.convolution(
            "blocks.\(block).dense.\(dense).convolutions.\(index)", "body.\(block).rdb\(dense + 1).conv\(index + 1)")
        }
      }
    }
    return keys + PyTorchKey.convolution("trunk", "conv_body")
      + PyTorchKey.convolution("upsampling.0", "conv_up1")
      + PyTorchKey.convolution("upsampling.1", "conv_up2")
      + PyTorchKey.convolution("refinement", "conv_hr")
      + PyTorchKey.convolution("last", "conv_last")
  }
}
