import Layers

extension ResNetGenerator {
  /// The names in the files of pytorch-CycleGAN-and-pix2pix and of contrastive-unpaired-translation, where the network is
  /// one list of modules (`model.10.conv_block.1`).
  ///
  /// The variant with resize convolutions, which those toolkits lack, names its modules in the same way: upsampling,
  /// padding, convolution, norm, ReLU.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let (width, norm) = (configuration.width, configuration.norm)
    let modules = Modules(configuration)
    var keys = TensorKey.block(
      "stem", "model.1", configuration.inputChannels, width, kernel: 7, norm: "model.2", norm)
    for (i, module) in modules.downsampling.enumerated() {
      keys += TensorKey.block(
        "downsampling.\(i)", "model.\(module)", width << i, width << (i + 1), norm: "model.\(module + 1)", norm)
    }
    for i in 0..<configuration.blocks {
      let block = "model.\(modules.residual + i).conv_block"
      // Dropout is a separate module before the second convolution's padding.
      let second = configuration.dropout ? 6 : 5
      keys += TensorKey.block(
        "residual.\(i).first", "\(block).1", 4 * width, 4 * width, norm: "\(block).2", norm)
      keys += TensorKey.block(
        "residual.\(i).second", "\(block).\(second)", 4 * width, 4 * width, norm: "\(block).\(second + 1)", norm)
    }
    let isTransposed = configuration.upsampling == .transposed
    for (i, module) in modules.upsampling.enumerated() {
      let channels = (2 * width) >> i
      keys += TensorKey.convolution(
        "upsampling.\(i).\(isTransposed ? "transposed" : "convolution")", "model.\(module)", 2 * channels, channels,
        layout: isTransposed ? .transposedConvolution : .convolution, hasBias: norm.leavesBiasToConvolution)
      keys += TensorKey.norm("upsampling.\(i).norm", "model.\(module + 1)", norm, channels)
    }
    return keys
      + TensorKey.convolution("head", "model.\(modules.head)", width, configuration.outputChannels, kernel: 7)
  }

  /// The places of the convolutions in the files' list of modules.
  struct Modules {
    let downsampling: [Int]
    /// The first residual block.
    let residual: Int
    let upsampling: [Int]
    let head: Int

    init(_ configuration: Configuration) {
      // Padding, convolution, norm and ReLU come first. Each downsampling is convolution, norm, ReLU, and perhaps a blur.
      let downsamplingModules = configuration.downsampling == .strided ? 3 : 4
      downsampling = [4, 4 + downsamplingModules]
      residual = 4 + 2 * downsamplingModules
      let first = residual + configuration.blocks
      // What precedes each upsampling's convolution, which norm and ReLU follow.
      let preceding =
        switch configuration.upsampling {
        case .transposed: 0
        case .resizeConvolution: 2
        case .antialiased: 1
        }
      upsampling = [first + preceding, first + 2 * preceding + 3]
      // After its padding.
      head = first + 2 * (preceding + 3) + 1
    }
  }
}
