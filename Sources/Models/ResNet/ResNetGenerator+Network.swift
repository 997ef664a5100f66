extension ResNetGenerator {
  public static let name = "resnet"
  public static let title = "ResNet generator (CycleGAN)"

  public static let sizeSettings = ["halvings"]

  public static let settings: [Setting<Configuration>] = [
    .integer("blocks", \.blocks, 1...64),
    .integer("width", \.width, 1...1024),
    .integer("halvings", \.halvings, 2...8),
    .choice("norm", \.norm),
    .choice("downsampling", \.downsampling),
    .choice("upsampling", \.upsampling),
    .choice("residual", \.residual),
    .flag("dropout", \.dropout),
    .choice("atTest", \.atTest),
  ]

  /// Batch norm uses the statistics of the whole batch.
  public static func keepsImagesApart(in configuration: Configuration) -> Bool { configuration.norm != .batch }

  public static func summary(of configuration: Configuration) -> String {
    let upsampling =
      switch configuration.upsampling {
      case .transposed: "transposed convolutions"
      case .resizeConvolution: "resize convolutions"
      case .antialiased: "bilinear upsampling"
      }
    return "ResNet generator, \(SummaryText.counted(configuration.blocks, "block")), width \(configuration.width), "
      + (configuration.halvings == 2
        ? "" : "\(SummaryText.counted(configuration.halvings, "downsampling")), ")
      + "\(SummaryText.channels(configuration)), \(configuration.norm.title), \(upsampling)"
      + (configuration.downsampling == .antialiased ? ", blurred downsampling" : "")
      + (configuration.residual == .separable ? ", separable blocks" : "")
      + (configuration.dropout ? ", dropout" : "") + configuration.atTest.summary
  }

  public static func usualTask(of configuration: Configuration) -> String {
    (configuration.inputChannels, configuration.outputChannels) == (1, 2) ? "colorization" : "cyclegan"
  }

  public static func difference(in tensors: TensorShapes) -> String? {
    if isEnhancer(tensors) {
      return
        "pix2pixHD's generator with local enhancers around the global one, which is not read: expected a global one "
        + "alone"
    }
    guard tensors["mlp_0.0.weight"] != nil, tensors["mlp_0.2.weight"] != nil else { return nil }
    return "CUT's projections of features, which are of use in training alone: expected its generator, such as "
      + "latest_net_G.pth"
  }

  public static func completing(_ recognized: Configuration, from described: Configuration) -> Configuration {
    var configuration = recognized
    configuration.atTest = described.atTest
    return configuration
  }

  public static var benchmarks: [NetworkBenchmark] {
    [
      ("resnet9", 9, .plain, 2), ("resnet9-separable", 9, .separable, 2), ("resnet6", 6, .plain, 2),
      ("pix2pixhd", 9, .plain, 4),
    ].map { (name: String, blocks: Int, residual: Residual, halvings: Int) in
      var configuration = Configuration()
      (configuration.blocks, configuration.residual, configuration.halvings) = (blocks, residual, halvings)
      return NetworkBenchmark(name, Self.self, configuration)
    }
  }
}

/// Older model files, from before there were choices, lack these settings.
extension KeyedDecodingContainer {
  func decode(_ type: ResNetGenerator.Downsampling.Type, forKey key: Key) throws -> ResNetGenerator.Downsampling {
    try decodeIfPresent(type, forKey: key) ?? .strided
  }

  func decode(_ type: ResNetGenerator.Residual.Type, forKey key: Key) throws -> ResNetGenerator.Residual {
    try decodeIfPresent(type, forKey: key) ?? .plain
  }
}
