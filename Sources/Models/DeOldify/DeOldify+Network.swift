import Layers
import Tensors

extension DeOldify {
  public static let name = "deoldify"
  public static let title = "DeOldify"

  public static let settings: [Setting<Configuration>] = [
    .choice("encoderBlocks", \.encoder),
    .integer("width", \.width, 1...512),
    .integers("encoderDepths", \.encoderDepths, 1...64),
    .choice("decoder", \.decoder),
    .integers("decoderWidths", \.decoderWidths, 8...4096),
  ]

  /// Its render factor of 35, in squares of 16 pixels.
  public static let view = ColorizingView(size: 35 * 16, isSquare: true)

  public static func problem(with configuration: Configuration) -> String? {
    if let problem = problemWithColors(of: configuration) ?? problemWithSettings(of: configuration) { return problem }
    for (name, list) in [
      ("encoderDepths", configuration.encoderDepths), ("decoderWidths", configuration.decoderWidths),
    ]
    where list.count != 4 {
      return "its \(name) are \(list.count) numbers, expected 4"
    }
    return nil
  }

  public static func summary(of configuration: Configuration) -> String {
    let depths = configuration.encoderDepths
    let layers = 2 + depths.reduce(0, +) * (configuration.encoder == .basic ? 2 : 3)
    return "DeOldify, \(configuration.decoder.rawValue), ResNet\(layers), width \(configuration.width)"
  }

  public static var benchmarks: [NetworkBenchmark] {
    var artistic = Configuration()
    (artistic.encoder, artistic.encoderDepths) = (.basic, [3, 4, 6, 3])
    (artistic.decoder, artistic.decoderWidths) = (.deep, [768, 768, 672, 300])
    return [
      NetworkBenchmark("deoldify-artistic", Self.self, artistic),
      NetworkBenchmark("deoldify-stable", Self.self, Configuration()),
    ]
  }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let stem = tensors.convolution("layers.0.0.weight", kernel: 7), stem.input == Plan.colors,
      tensors["layers.8.conv.0.weight"] != nil
    else { return nil }
    var configuration = Configuration()
    configuration.width = stem.output
    configuration.encoder = tensors["layers.0.4.0.conv3.weight"] == nil ? .basic : .bottleneck
    configuration.encoderDepths = (4..<8).map { size in tensors.count { "layers.0.\(size).\($0).conv1.weight" } }
    configuration.decoder = tensors["layers.4.conv.0.weight"] == nil ? .deep : .wide
    configuration.decoderWidths = (4..<8).map { step in
      tensors.convolution("layers.\(step).\(convolutionKey(of: configuration.decoder, 0)).0.weight", kernel: 3)?.output
        ?? 0
    }
    return problem(with: configuration) == nil
      ? Recognition(configuration, keys: tensorKeys(for: configuration)) : nil
  }

  public static func difference(in tensors: TensorShapes) -> String? {
    guard tensors.convolution("0.0.weight", kernel: 4) != nil, tensors["4.3.gamma"] != nil else { return nil }
    return "DeOldify's critic, which judges images: expected its generator, such as ColorizeArtistic_gen.pth"
  }

  /// The names in the published files, where the network is one list of modules.
  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let plan = Plan(configuration)
    var keys = ResNetEncoder.keys(
      "encoder", "layers.0", configuration.encoder, width: configuration.width, depths: configuration.encoderDepths)
    keys += TensorKey.norm("bottomNorm", "layers.1", .batch, plan.bottom)
    keys += RectifiedConvolution.keys("bottom.0", "layers.3.0", plan.bottom, 2 * plan.bottom)
    keys += RectifiedConvolution.keys("bottom.1", "layers.3.1", 2 * plan.bottom, plan.bottom)
    for (index, step) in plan.steps.enumerated() { keys += stepKeys("steps.\(index)", "layers.\(index + 4)", step) }
    keys += ShuffledEnlargement.keys("enlargement", "layers.8", plan.last, plan.last, hasNorm: false)
    for index in 0..<2 {
      keys += TensorKey.convolution("residual.\(index)", "layers.10.layers.\(index).0", plan.merged, plan.merged)
    }
    return keys + TensorKey.convolution("head", "layers.11.0", plan.merged, Plan.colors, kernel: 1)
  }

  private static func stepKeys(_ path: String, _ key: String, _ step: Plan.Step) -> [TensorKey] {
    var keys = ShuffledEnlargement.keys("\(path).enlargement", "\(key).shuf", step.input, step.enlarged, hasNorm: true)
    keys += TensorKey.norm("\(path).skipNorm", "\(key).bn", .batch, step.skip)
    let count = step.decoder == .deep ? 2 : 1
    for index in 0..<count {
      keys += RectifiedConvolution.keys(
        "\(path).convolutions.\(index)", "\(key).\(convolutionKey(of: step.decoder, index))",
        index == 0 ? step.enlarged + step.skip : step.output, step.output)
    }
    guard step.hasAttention else { return keys }
    let last = convolutionKey(of: step.decoder, count - 1)
    return keys + PixelAttention.tensorKeys("\(path).attention", "\(key).\(last).3", step.output)
  }

  private static func convolutionKey(of decoder: Decoder, _ index: Int) -> String {
    decoder == .deep ? "conv\(index + 1)" : "conv"
  }
}
