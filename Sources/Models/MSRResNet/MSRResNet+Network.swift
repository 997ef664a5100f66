import Layers

extension MSRResNet {
  public static let name = "msrresnet"
  public static let title = "MSRResNet"

  public static let settings: [Setting<Configuration>] = [
    .integer("scale", \.scale, 1...8),
    .integer("blocks", \.blocks, 1...64),
    .integer("width", \.width, 1...1024),
    .choice("upsampling", \.upsampling),
  ]

  public static func scales(of configuration: Configuration) -> [Int] {
    configuration.upsampling == .stepwise ? [2, 3, 4] : Array(1...8)
  }

  public static func summary(of configuration: Configuration) -> String {
    "MSRResNet x\(configuration.scale), \(SummaryText.counted(configuration.blocks, "block")), "
      + "width \(configuration.width), \(SummaryText.channels(configuration))"
      + (configuration.upsampling == .direct ? ", direct upsampling" : "")
  }

  /// Recognises BasicSR's files and those of its predecessor, mmsr.
  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    let isOlder = tensors["recon_trunk.0.conv1.weight"] != nil
    let body = isOlder ? "recon_trunk" : "body"
    guard let first = tensors.convolution("conv_first.weight", kernel: 3),
      let last = tensors.convolution("conv_last.weight", kernel: 3), tensors["\(body).0.conv1.weight"] != nil,
      tensors["conv_after_body.weight"] == nil
    else { return nil }
    var configuration = Configuration()
    configuration.inputChannels = first.input
    configuration.width = first.output
    configuration.blocks = tensors.count { "\(body).\($0).conv1.weight" }
    if let step = tensors.convolution("upconv1.weight", kernel: 3) {
      let factor = RecognitionLimits.shuffle(of: step.output, toChannels: [first.output])?.factor
      configuration.scale = tensors["upconv2.weight"] == nil ? factor ?? configuration.scale : 4
      configuration.outputChannels = last.output
    } else {
      configuration.upsampling = .direct
      if let shuffle = RecognitionLimits.shuffle(of: last.output, toChannels: [first.input, 1]) {
        (configuration.scale, configuration.outputChannels) = shuffle
      }
    }
    let keys = tensorKeys(for: configuration)
    return Recognition(configuration, keys: isOlder ? keys.map(\.inOlderFile) : keys)
  }

  /// Small weights, because without norms a residual network trains best if it starts close to the identity.
  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 0.1) }
}

extension MSRResNet {
  /// The names in BasicSR's files. BasicSR has no direct upsampling, with which `conv_last` directly follows the
  /// blocks.
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

extension TensorKey {
  /// The same tensor in a file of mmsr's.
  fileprivate var inOlderFile: TensorKey {
    var name = key
    if name.hasPrefix("body.") { name = "recon_trunk." + name.dropFirst(5) }
    if name.hasPrefix("conv_hr.") { name = "HRconv." + name.dropFirst(8) }
    return TensorKey(path: path, key: name, layout: layout, shape: shape)
  }
}
