import Layers

extension ResNetGenerator {
  /// The names in pytorch-CycleGAN-and-pix2pix's files, where the network is one list of modules
  /// (`model.10.conv_block.1`).
  ///
  /// The variant with resize convolutions, which that toolkit lacks, names its modules in the same way: upsampling,
  /// padding, convolution, norm, ReLU.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let (width, norm) = (configuration.width, configuration.norm)
    let firstUpsampling = 10 + configuration.blocks
    var keys = TensorKey.block(
      "stem", "model.1", configuration.inputChannels, width, kernel: 7, norm: "model.2", norm)
    for i in 0..<2 {
      keys += TensorKey.block(
        "downsampling.\(i)", "model.\(4 + 3 * i)", width << i, width << (i + 1), norm: "model.\(5 + 3 * i)", norm)
    }
    for i in 0..<configuration.blocks {
      let block = "model.\(10 + i).conv_block"
      // Dropout is a separate module before the second convolution's padding.
      let second = configuration.dropout ? 6 : 5
      keys += TensorKey.block(
        "residual.\(i).first", "\(block).1", 4 * width, 4 * width, norm: "\(block).2", norm)
      keys += TensorKey.block(
        "residual.\(i).second", "\(block).\(second)", 4 * width, 4 * width, norm: "\(block).\(second + 1)", norm)
    }
    let head: Int
    switch configuration.upsampling {
    case .transposed:
      for i in 0..<2 {
        let (module, channels) = (firstUpsampling + 3 * i, (2 * width) >> i)
        keys += TensorKey.convolution(
          "upsampling.\(i).transposed", "model.\(module)", 2 * channels, channels, layout: .transposedConvolution,
          hasBias: norm.leavesBiasToConvolution)
        keys += TensorKey.norm("upsampling.\(i).norm", "model.\(module + 1)", norm, channels)
      }
      head = firstUpsampling + 7
    case .resizeConvolution:
      for i in 0..<2 {
        let (module, channels) = (firstUpsampling + 5 * i + 2, (2 * width) >> i)
        keys += TensorKey.convolution(
          "upsampling.\(i).convolution", "model.\(module)", 2 * channels, channels,
          hasBias: norm.leavesBiasToConvolution)
        keys += TensorKey.norm("upsampling.\(i).norm", "model.\(module + 1)", norm, channels)
      }
      head = firstUpsampling + 11
    }
    return keys + TensorKey.convolution("head", "model.\(head)", width, configuration.outputChannels, kernel: 7)
  }
}
