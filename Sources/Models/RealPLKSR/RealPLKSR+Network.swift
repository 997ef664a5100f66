import Layers

extension RealPLKSR {
  public static let name = "realplksr"
  public static let title = "RealPLKSR"

  public static let settings: [Setting<Configuration>] = [
    .integer("scale", \.scale, 1...8),
    .integer("blocks", \.blocks, 1...64),
    .integer("width", \.width, 4...1024),
    .integer("kernel", \.kernel, 1...63),
    .integer("largeChannels", \.largeChannels, 1...1024),
    .choice("norm", \.norm),
    .flag("attention", \.attends),
  ]

  public static func scales(of configuration: Configuration) -> [Int] { Array(1...8) }

  public static func problem(with configuration: Configuration) -> String? {
    if let problem = problemWithChannels(of: configuration) ?? problemWithSettings(of: configuration) { return problem }
    if configuration.norm == .group, configuration.width % normGroups != 0 {
      return "its width is \(configuration.width), expected a multiple of \(normGroups)"
    }
    if configuration.largeChannels > configuration.width {
      return "\(configuration.largeChannels) channels have large kernels, expected at most \(configuration.width)"
    }
    if configuration.kernel % 2 == 0 {
      return "its kernels are \(configuration.kernel) pixels wide, expected an odd number"
    }
    guard [1, configuration.outputChannels].contains(configuration.inputChannels) else {
      return
        "it adds \(configuration.inputChannels) channels to \(configuration.outputChannels), expected as many, or one"
    }
    return nil
  }

  public static func summary(of configuration: Configuration) -> String {
    "RealPLKSR x\(configuration.scale), \(SummaryText.counted(configuration.blocks, "block")), "
      + "width \(configuration.width), kernels of \(configuration.kernel) on \(configuration.largeChannels) channels, "
      + "\(configuration.norm.rawValue) norm, \(SummaryText.channels(configuration))"
      + (configuration.attends ? "" : ", without attention")
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let configuration = configuration(in: tensors), problem(with: configuration) == nil else { return nil }
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }

  private static func configuration(in tensors: TensorShapes) -> Configuration? {
    guard let first = tensors.convolution("feats.0.weight", kernel: 3),
      tensors["feats.1.channel_mixer.0.weight"] != nil, tensors["to_img.init_pos"] == nil
    else { return nil }
    var configuration = Configuration()
    configuration.inputChannels = first.input
    configuration.width = first.output
    configuration.blocks = max(1, tensors.count { "feats.\($0 + 1).refine.weight" })
    if let large = tensors["feats.1.lk.conv.weight"], large.rank == 4 {
      (configuration.largeChannels, configuration.kernel) = (large[0], large[2])
    }
    configuration.norm = tensors["feats.1.layer_norm.weight"] == nil ? .group : .layer
    configuration.attends = tensors["feats.1.attn.f.0.weight"] != nil
    let last = tensors.convolution("feats.\(configuration.blocks + 2).weight", kernel: 3)
    if let shuffle = last.flatMap({ RecognitionLimits.shuffle(of: $0.output, toChannels: [first.input, 3]) }) {
      (configuration.scale, configuration.outputChannels) = shuffle
    }
    return configuration
  }

  public static func difference(in tensors: TensorShapes) -> String? {
    if let problem = configuration(in: tensors).flatMap({ problem(with: $0) }) { return "a RealPLKSR, but \(problem)" }
    guard tensors["feats.0.weight"] != nil, tensors["feats.1.refine.weight"] != nil else { return nil }
    if tensors["to_img.init_pos"] != nil {
      return "a RealPLKSR, but it samples its pixels at places that it learns (DySample), expected a pixel shuffle"
    }
    return tensors["feats.1.channe_mixer.0.weight"] == nil
      ? nil : "a PLKSR, whose blocks lack norms, expected a RealPLKSR"
  }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 0.4) }

  public static var benchmarks: [NetworkBenchmark] {
    [NetworkBenchmark(name, Self.self, Configuration(), initializer: .kaiming(scale: 1))]
  }
}
