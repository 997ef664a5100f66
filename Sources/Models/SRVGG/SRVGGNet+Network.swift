import Layers

extension SRVGGNet {
  public static let name = "srvgg"
  public static let title = "SRVGGNet (Real-ESRGAN)"

  public static let settings: [Setting<Configuration>] = [
    .integer("scale", \.scale, 1...8),
    .integer("blocks", \.convolutions, 1...64),
    .integer("width", \.width, 1...1024),
    .choice("base", \.base),
  ]

  public static func scales(of configuration: Configuration) -> [Int] { Array(1...8) }

  public static func summary(of configuration: Configuration) -> String {
    "SRVGGNet x\(configuration.scale), \(SummaryText.counted(configuration.convolutions, "convolution")), "
      + "width \(configuration.width), \(SummaryText.channels(configuration))"
      + (configuration.base == .bilinear ? ", bilinear base" : "")
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let first = tensors.convolution("body.0.weight", kernel: 3), tensors["body.1.weight"]?.rank == 1 else {
      return nil
    }
    var configuration = Configuration()
    configuration.inputChannels = first.input
    configuration.width = first.output
    configuration.convolutions = max(0, tensors.count { "body.\(2 * $0).weight" } - 2)
    let last = tensors.convolution("body.\(2 + 2 * configuration.convolutions).weight", kernel: 3)
    if let shuffle = last.flatMap({ RecognitionLimits.shuffle(of: $0.output, toChannels: [first.input, 1]) }) {
      (configuration.scale, configuration.outputChannels) = shuffle
    }
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }

  public static func completing(_ recognized: Configuration, from described: Configuration) -> Configuration {
    var configuration = recognized
    configuration.base = described.base
    return configuration
  }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 0.4) }

  public static var benchmarks: [NetworkBenchmark] {
    var configuration = Configuration()
    configuration.convolutions = 32
    return [NetworkBenchmark(name, Self.self, configuration, initializer: .kaiming(scale: 1))]
  }
}

extension SRVGGNet {
  /// The names in Real-ESRGAN's files, where the network is one list of modules, with convolutions at even indices.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let (width, scale) = (configuration.width, configuration.scale)
    func block(_ path: String, at module: Int, _ inputChannels: Int) -> [TensorKey] {
      TensorKey.convolution("\(path).convolution", "body.\(module)", inputChannels, width)
        + [TensorKey.vector("\(path).rectifier.slope", "body.\(module + 1).weight", width)]
    }
    var keys = block("first", at: 0, configuration.inputChannels)
    for index in 0..<configuration.convolutions { keys += block("middle.\(index)", at: 2 + 2 * index, width) }
    return keys
      + TensorKey.convolution(
        "last", "body.\(2 + 2 * configuration.convolutions)", width, configuration.outputChannels * scale * scale)
  }
}

extension KeyedDecodingContainer {
  /// Older model files, from before there was a choice, lack this setting.
  func decode(_ type: SRVGGNet.Base.Type, forKey key: Key) throws -> SRVGGNet.Base {
    try decodeIfPresent(type, forKey: key) ?? .nearest
  }
}
