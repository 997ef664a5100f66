import Layers
import Tensors

extension ResNetGenerator {
  /// The names in the files of pytorch-CycleGAN-and-pix2pix, contrastive-unpaired-translation, gan-compression and pix2pixHD,
  /// where the network is one list of modules (`model.10.conv_block.1`).
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
      for (part, module) in [("first", 1), ("second", second)] {
        let (path, key, normKey) = ("residual.\(i).\(part)", "\(block).\(module)", "\(block).\(module + 1)")
        switch configuration.residual {
        case .plain:
          keys += TensorKey.block(path, key, configuration.blockWidth, configuration.blockWidth, norm: normKey, norm)
        case .separable: keys += TensorKey.separableBlock(path, key, configuration.blockWidth, norm: normKey, norm)
        }
      }
    }
    let isTransposed = configuration.upsampling == .transposed
    for (i, module) in modules.upsampling.enumerated() {
      let channels = configuration.blockWidth >> (i + 1)
      keys += TensorKey.convolution(
        "upsampling.\(i).\(isTransposed ? "transposed" : "convolution")", "model.\(module)", 2 * channels, channels,
        layout: isTransposed ? .transposedConvolution : .convolution, hasBias: norm.leavesBiasToConvolution)
      keys += TensorKey.norm("upsampling.\(i).norm", "model.\(module + 1)", norm, channels)
    }
    return keys
      + TensorKey.convolution("head", "model.\(modules.head)", width, configuration.outputChannels, kernel: 7)
  }

  /// The filters of CUT's blurs: before every second pixel is taken, and, over four pixels, after zeros were put between
  /// the pixels.
  public var derivedTensors: [DerivedTensor] {
    let (width, modules) = (configuration.width, Modules(configuration))
    func filter(_ module: Int, _ taps: [Float], channels: Int) -> DerivedTensor {
      let values = taps.flatMap { row in taps.map { row * $0 / 16 } }
      let shape: Shape = [channels, 1, taps.count, taps.count]
      return DerivedTensor(
        "model.\(module).filt", NDArray(Array(repeatElement(values, count: channels).joined()), shape: shape))
    }
    var filters: [DerivedTensor] = []
    if configuration.downsampling == .antialiased {
      // Norm and rectifier lie between a convolution and its blur.
      filters += modules.downsampling.enumerated().map { filter($1 + 3, [1, 2, 1], channels: 2 * width << $0) }
    }
    if configuration.upsampling == .antialiased {
      filters += modules.upsampling.enumerated().map { filter($1 - 1, [1, 3, 3, 1], channels: 4 * width >> $0) }
    }
    return filters
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
      downsampling = (0..<configuration.halvings).map { 4 + $0 * downsamplingModules }
      residual = 4 + configuration.halvings * downsamplingModules
      let first = residual + configuration.blocks
      // What precedes each upsampling's convolution, which norm and ReLU follow.
      let preceding =
        switch configuration.upsampling {
        case .transposed: 0
        case .resizeConvolution: 2
        case .antialiased: 1
        }
      upsampling = (0..<configuration.halvings).map { first + preceding + $0 * (preceding + 3) }
      // After its padding.
      head = first + configuration.halvings * (preceding + 3) + 1
    }
  }
}

extension TensorKey {
  /// The keys of a `SeparableConvBlock`, in whose module the norm between the convolutions has a place but no tensors.
  fileprivate static func separableBlock(
    _ path: String, _ key: String, _ channels: Int, norm normKey: String, _ norm: Norm
  ) -> [TensorKey] {
    let hasBias = norm.leavesBiasToConvolution
    return convolution(
      "\(path).depthwise", "\(key).conv.0", channels, channels, groups: channels, hasBias: hasBias)
      + convolution("\(path).pointwise", "\(key).conv.2", channels, channels, kernel: 1, hasBias: hasBias)
      + self.norm("\(path).norm", normKey, norm, channels)
  }
}
