import Layers
import Tensors

extension DDColor {
  public static let name = "ddcolor"
  public static let title = "DDColor"

  public static let settings: [Setting<Configuration>] = [
    .integer("width", \.width, 1...512),
    .integers("encoderDepths", \.encoderDepths, 1...64),
    .integer("decoderWidth", \.decoderWidth, 2...4096),
    .integer("queries", \.queries, 1...4096),
    .integer("queryWidth", \.queryWidth, 8...4096),
    .integer("layers", \.layers, 1...64),
    .integer("hidden", \.hidden, 1...16384),
  ]

  public static let view = ColorizingView(size: 512, isSquare: true)

  public static func problem(with configuration: Configuration) -> String? {
    if let problem = problemWithColors(of: configuration) ?? problemWithSettings(of: configuration) { return problem }
    if configuration.encoderDepths.count != 4 {
      return "its encoderDepths are \(configuration.encoderDepths.count) numbers, expected 4"
    }
    if configuration.decoderWidth % 2 != 0 {
      return "its decoderWidth is \(configuration.decoderWidth), expected an even number"
    }
    guard configuration.queryWidth % QueryAttention.heads != 0 else { return nil }
    return "its queryWidth is \(configuration.queryWidth), expected a multiple of its \(QueryAttention.heads) heads"
  }

  public static func summary(of configuration: Configuration) -> String {
    let depths = configuration.encoderDepths.map(String.init).joined(separator: "-")
    return "DDColor, ConvNeXt of \(depths) blocks, width \(configuration.width), "
      + "\(configuration.queries) colour queries"
  }

  public static var benchmarks: [NetworkBenchmark] {
    var large = Configuration()
    (large.width, large.encoderDepths) = (192, [3, 3, 27, 3])
    return [
      NetworkBenchmark("ddcolor-tiny", Self.self, Configuration()), NetworkBenchmark("ddcolor-large", Self.self, large),
    ]
  }

  public static func initializer(for configuration: Configuration) -> Initializer { .kaiming(scale: 1) }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    let decoder = "decoder.color_decoder"
    guard let stem = tensors.convolution("encoder.arch.downsample_layers.0.0.weight", kernel: 4),
      stem.input == Plan.colors,
      let queries = tensors["\(decoder).query_feat.weight"], queries.rank == 2,
      let step = tensors.convolution("decoder.layers.0.conv.0.weight", kernel: 3),
      let hidden = tensors["\(decoder).transformer_ffn_layers.0.linear1.weight"], hidden.rank == 2
    else { return nil }
    var configuration = Configuration()
    configuration.width = stem.output
    configuration.encoderDepths = (0..<4).map { size in
      tensors.count { "encoder.arch.stages.\(size).\($0).gamma" }
    }
    configuration.decoderWidth = step.output
    (configuration.queries, configuration.queryWidth) = (queries[0], queries[1])
    configuration.layers = tensors.count { "\(decoder).transformer_ffn_layers.\($0).linear1.weight" }
    configuration.hidden = hidden[0]
    return problem(with: configuration) == nil
      ? Recognition(configuration, keys: tensorKeys(for: configuration)) : nil
  }

  public static func difference(in tensors: TensorShapes) -> String? {
    if tensors.convolution("layers.0.0.weight", kernel: 4) != nil, tensors["layers.2.3.gamma"] != nil {
      return "DDColor's discriminator, which judges images: expected its generator, such as net_g_200000.pth"
    }
    let hasOneScale = tensors["decoder.color_decoder.transformer.decoder.norm.weight"] != nil
    return hasOneScale ? "DDColor with queries that look at features of one size, which is not read" : nil
  }

  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    let plan = Plan(configuration)
    var keys = ConvNeXtEncoder.keys(
      "encoder", "encoder.arch", width: configuration.width, depths: configuration.encoderDepths)
    for (index, step) in plan.steps.enumerated() {
      let (path, key) = ("steps.\(index)", "decoder.layers.\(index)")
      keys += ShuffledEnlargement.keys("\(path).enlargement", "\(key).shuf", step.input, step.output, hasNorm: true)
      keys += TensorKey.norm("\(path).skipNorm", "\(key).bn", .batch, step.skip)
      keys += RectifiedConvolution.keys("\(path).convolution", "\(key).conv", step.output + step.skip, step.output)
    }
    keys += ShuffledEnlargement.keys(
      "enlargement", "decoder.last_shuf", plan.pixelWidth, plan.pixelWidth, factor: Plan.factor, hasNorm: false)
    keys += queryKeys("queries", "decoder.color_decoder", plan, configuration)
    keys += TensorKey.convolution(
      "refinement", "refine_net.0.0", plan.refined, configuration.outputChannels, kernel: 1)
    return keys
      + [("mean", "mean"), ("deviation", "std")].map {
        TensorKey(path: $0, key: $1, layout: .same, shape: [1, Plan.colors, 1, 1])
      }
  }

  private static func queryKeys(
    _ path: String, _ key: String, _ plan: Plan, _ configuration: Configuration
  ) -> [TensorKey] {
    let width = configuration.queryWidth
    func embedding(_ name: String, _ inFile: String, _ count: Int) -> TensorKey {
      TensorKey(path: "\(path).\(name)", key: "\(key).\(inFile).weight", layout: .same, shape: [count, width])
    }
    var keys = [
      embedding("contents", "query_feat", configuration.queries),
      embedding("places", "query_embed", configuration.queries),
      embedding("sizes", "level_embed", plan.steps.count),
    ]
    for (index, step) in plan.steps.enumerated() {
      keys += TensorKey.convolution(
        "\(path).projections.\(index)", "\(key).input_proj.\(index)", step.output, width, kernel: 1)
    }
    for index in 0..<configuration.layers {
      let round = "\(path).rounds.\(index)"
      keys += QueryAttention.keys(
        "\(round).toFeatures", "\(key).transformer_cross_attention_layers.\(index)", attention: "multihead_attn", width)
      keys += QueryAttention.keys(
        "\(round).toEachOther", "\(key).transformer_self_attention_layers.\(index)", attention: "self_attn", width)
      let perceptron = "\(key).transformer_ffn_layers.\(index)"
      keys += TensorKey.linear("\(round).first", "\(perceptron).linear1", width, configuration.hidden)
      keys += TensorKey.linear("\(round).second", "\(perceptron).linear2", configuration.hidden, width)
      keys += TensorKey.affine("\(round).norm", "\(perceptron).norm", width)
    }
    keys += TensorKey.affine("\(path).norm", "\(key).decoder_norm", width)
    for (index, outputs) in [width, width, plan.pixelWidth].enumerated() {
      keys += TensorKey.linear("\(path).colors.\(index)", "\(key).color_embed.layers.\(index)", width, outputs)
    }
    return keys
  }
}
