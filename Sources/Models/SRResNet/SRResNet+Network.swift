extension SRResNet {
  public static let name = "srresnet"
  public static let title = "SRResNet (SRGAN)"

  public static let settings: [Setting<Configuration>] = [
    .integer("scale", \.scale, 1...8),
    .integer("blocks", \.blocks, 1...64),
    .integer("width", \.width, 1...1024),
  ]

  public static func scales(of configuration: Configuration) -> [Int] { [1, 2, 3, 4, 8] }

  public static func summary(of configuration: Configuration) -> String {
    "SRResNet x\(configuration.scale), \(SummaryText.counted(configuration.blocks, "block")), "
      + "width \(configuration.width), \(SummaryText.channels(configuration))"
      + (configuration.otherParts?.differences ?? (configuration.variant == .bounded ? ["tanh at its end"] : []))
      .map { ", \($0)" }.joined()
  }

  /// Recognises both published variants by their names.
  static func recognizedByName(in tensors: TensorShapes) -> Recognition<Configuration>? {
    var configuration = Configuration()
    let step: (Int) -> String
    let first: (input: Int, output: Int)
    if let convolution = tensors.convolution("conv1.0.weight", kernel: 9) {
      first = convolution
      configuration.blocks = tensors.count { "trunk.\($0).rcb.0.weight" }
      step = { "upsampling.\($0).upsample_block.0.weight" }
    } else if let convolution = tensors.convolution("block1.0.weight", kernel: 9) {
      first = convolution
      configuration.variant = .bounded
      let blocks = tensors.count { "block\(2 + $0).conv1.weight" }
      configuration.blocks = blocks
      step = { "block\(3 + blocks).\($0).conv.weight" }
    } else {
      return nil
    }
    configuration.inputChannels = first.input
    configuration.width = first.output
    let steps = min(RecognitionLimits.upsamplings, tensors.count(step))
    let factor = tensors.convolution(step(0), kernel: 3).flatMap {
      RecognitionLimits.shuffle(of: $0.output, toChannels: [first.output])
    }
    configuration.scale = steps == 1 && factor?.factor == 3 ? 3 : 1 << steps
    let last = configuration.variant == .linear ? "conv3.weight" : "block\(3 + configuration.blocks).\(steps).weight"
    configuration.outputChannels = tensors.convolution(last, kernel: 9)?.output ?? configuration.outputChannels
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }
}
