extension ResNetGenerator {
  public static let name = "resnet"
  public static let title = "ResNet generator (CycleGAN)"

  public static let settings: [Setting<Configuration>] = [
    .integer("blocks", \.blocks, 1...64),
    .integer("width", \.width, 1...1024),
    .choice("norm", \.norm),
    .choice("downsampling", \.downsampling),
    .choice("upsampling", \.upsampling),
    .flag("dropout", \.dropout),
    .choice("atTest", \.atTest),
  ]

  /// Batch norm uses the statistics of the whole batch.
  public static func keepsImagesApart(in configuration: Configuration) -> Bool { configuration.norm == .instance }

  public static func summary(of configuration: Configuration) -> String {
    let upsampling =
      switch configuration.upsampling {
      case .transposed: "transposed convolutions"
      case .resizeConvolution: "resize convolutions"
      case .antialiased: "bilinear upsampling"
      }
    return "ResNet generator, \(SummaryText.counted(configuration.blocks, "block")), width \(configuration.width), "
      + "\(SummaryText.channels(configuration)), \(configuration.norm.rawValue) norm, \(upsampling)"
      + (configuration.downsampling == .antialiased ? ", blurred downsampling" : "")
      + (configuration.dropout ? ", dropout" : "") + configuration.atTest.summary
  }

  public static func usualTask(of configuration: Configuration) -> String {
    (configuration.inputChannels, configuration.outputChannels) == (1, 2) ? "colorization" : "cyclegan"
  }

  /// Recognises the files of pytorch-CycleGAN-and-pix2pix and of contrastive-unpaired-translation.
  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let stem = tensors.convolution("model.1.weight", kernel: 7), tensors["model.0.weight"] == nil else {
      return nil
    }
    var configuration = Configuration()
    configuration.width = stem.output
    configuration.inputChannels = stem.input
    configuration.norm = tensors["model.2.weight"] == nil ? .instance : .batch
    // A module without weights, the blur, moves those after it. Where a norm has weights, they are a vector.
    func isConvolution(_ module: Int) -> Bool { tensors["model.\(module).weight"]?.rank == 4 }
    configuration.downsampling = !isConvolution(7) && isConvolution(8) ? .antialiased : .strided
    let residual = Modules(configuration).residual
    configuration.blocks = tensors.count { "model.\(residual + $0).conv_block.1.weight" }
    configuration.dropout = tensors["model.\(residual).conv_block.6.weight"]?.rank == 4
    let upsampling = residual + configuration.blocks
    configuration.upsampling =
      isConvolution(upsampling) ? .transposed : isConvolution(upsampling + 1) ? .antialiased : .resizeConvolution
    let head = tensorKeys(for: configuration).first { $0.path == "head.weight" }
    if let channels = head.flatMap({ tensors.convolution($0.key, kernel: 7) }) {
      configuration.outputChannels = channels.output
    }
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }

  public static func completing(_ recognized: Configuration, from described: Configuration) -> Configuration {
    var configuration = recognized
    configuration.atTest = described.atTest
    return configuration
  }

  public static var benchmarks: [NetworkBenchmark] {
    [9, 6].map { blocks in
      var configuration = Configuration()
      configuration.blocks = blocks
      return NetworkBenchmark("resnet\(blocks)", Self.self, configuration)
    }
  }
}

extension KeyedDecodingContainer {
  /// Older model files, from before there was a choice, lack this setting.
  func decode(_ type: ResNetGenerator.Downsampling.Type, forKey key: Key) throws -> ResNetGenerator.Downsampling {
    try decodeIfPresent(type, forKey: key) ?? .strided
  }
}
