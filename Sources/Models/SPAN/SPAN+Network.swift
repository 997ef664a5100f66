import Layers

extension SPAN {
  public static let name = "span"
  public static let title = "SPAN"

  public static let settings: [Setting<Configuration>] = [
    .integer("scale", \.scale, 1...8),
    .integer("blocks", \.blocks, 1...64),
    .integer("width", \.width, 1...1024),
    .flag("normalize", \.normalizes),
    .choice("form", \.form),
  ]

  public static func scales(of configuration: Configuration) -> [Int] { Array(1...8) }

  public static func problem(with configuration: Configuration) -> String? {
    if let problem = problemWithChannels(of: configuration) ?? problemWithSettings(of: configuration) { return problem }
    guard configuration.normalizes, configuration.inputChannels != mean.count else { return nil }
    return "it normalises \(configuration.inputChannels) channels, expected \(mean.count)"
  }

  public static func summary(of configuration: Configuration) -> String {
    "SPAN x\(configuration.scale), \(SummaryText.counted(configuration.blocks, "block")), "
      + "width \(configuration.width), \(SummaryText.channels(configuration))"
      + (configuration.normalizes ? "" : ", not normalised") + ", \(configuration.form.rawValue)"
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    let open = tensors.convolution("conv_1.sk.weight", kernel: 1)
    guard let first = open ?? tensors.convolution("conv_1.eval_conv.weight", kernel: 3),
      tensors["conv_cat.weight"] != nil
    else { return nil }
    var configuration = Configuration()
    configuration.form = open == nil ? .folded : .open
    configuration.inputChannels = first.input
    configuration.width = first.output
    let weight = open == nil ? "eval_conv.weight" : "sk.weight"
    configuration.blocks = max(1, tensors.count { "block_\($0 + 1).c1_r.\(weight)" })
    configuration.normalizes = tensors["no_norm"] == nil
    let last = tensors.convolution("upsampler.0.weight", kernel: 3)
    if let shuffle = last.flatMap({ RecognitionLimits.shuffle(of: $0.output, toChannels: [first.input, 1]) }) {
      (configuration.scale, configuration.outputChannels) = shuffle
    }
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }

  /// Small weights, because the first convolution's input is in 0 to 255. With PyTorch's default, about 0.4, learning takes
  /// hundreds of steps to come down to images.
  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 0.1) }

  public static var benchmarks: [NetworkBenchmark] {
    var configuration = Configuration()
    configuration.form = .folded
    return [NetworkBenchmark(name, Self.self, configuration)]
  }
}
