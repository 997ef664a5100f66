import Layers

extension SRFormer {
  public static let name = "srformer"
  public static let title = "SRFormer"

  public static let settings: [Setting<Configuration>] = [
    .integer("scale", \.scale, 1...8),
    .integers("depths", \.depths, 1...64),
    .integers("heads", \.heads, 1...64),
    .integer("width", \.width, 4...1024),
    .integer("hidden", \.hidden, 1...4096),
    .integer("window", \.window, 2...64),
    .choice("upsampling", \.upsampling),
    .integer("upsamplingWidth", \.upsamplingWidth, 1...1024),
    .choice("connection", \.connection),
  ]

  public static let sizeSettings = ["window"]

  public static func scales(of configuration: Configuration) -> [Int] {
    UpsamplingHead.Plan.scales(of: configuration.upsampling)
  }

  public static func problem(with configuration: Configuration) -> String? {
    if let problem = problemWithChannels(of: configuration) ?? problemWithSettings(of: configuration) { return problem }
    if let problem = AttentionHeads.problem(
      width: configuration.width, depths: configuration.depths, heads: configuration.heads)
    {
      return problem
    }
    if configuration.width % 4 != 0 { return "its width is \(configuration.width), expected a multiple of 4" }
    if configuration.window % 2 != 0 { return "its windows are \(configuration.window) wide, expected an even number" }
    if configuration.upsampling == .none, ![1, configuration.outputChannels].contains(configuration.inputChannels) {
      return
        "it adds \(configuration.inputChannels) channels to \(configuration.outputChannels), expected as many, or one"
    }
    let scales = scales(of: configuration)
    guard !scales.contains(configuration.scale) else { return nil }
    return "its scale is \(configuration.scale), expected \(SettingText.alternatives(scales.map(String.init)))"
  }

  public static func summary(of configuration: Configuration) -> String {
    "SRFormer x\(configuration.scale), \(AttentionHeads.groups(of: configuration.depths)), "
      + "width \(configuration.width), windows of \(configuration.window), "
      + "\(configuration.upsampling == .none ? "no" : configuration.upsampling.rawValue) upsampling, "
      + SummaryText.channels(configuration) + (configuration.connection == .plain ? "" : ", bottlenecks")
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let configuration = configuration(in: tensors), problem(with: configuration) == nil else { return nil }
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }

  public static func difference(in tensors: TensorShapes) -> String? {
    guard let configuration = configuration(in: tensors), let problem = problem(with: configuration) else { return nil }
    return "an SRFormer, but \(problem)"
  }

  private static func configuration(in tensors: TensorShapes) -> Configuration? {
    func block(_ group: Int, _ block: Int) -> String { "layers.\(group).residual_group.blocks.\(block)" }
    guard let first = tensors.convolution("conv_first.weight", kernel: 3),
      tensors["\(block(0, 0)).attn.kv.weight"] != nil,
      let hidden = tensors["\(block(0, 0)).mlp.fc1.weight"]?.dimensions.first,
      let distances = tensors["\(block(0, 0)).attn.relative_position_bias_table"]?.dimensions.first,
      let squares = RecognitionLimits.window(ofDistances: distances)
    else { return nil }
    var configuration = Configuration()
    (configuration.inputChannels, configuration.width) = (first.input, first.output)
    (configuration.hidden, configuration.window) = (hidden, 2 * squares)
    let groups = tensors.count { "\(block($0, 0)).norm1.weight" }
    configuration.depths = (0..<groups).map { group in tensors.count { "\(block(group, $0)).norm1.weight" } }
    configuration.heads = (0..<groups).map { group in
      tensors["\(block(group, 0)).attn.relative_position_bias_table"]?.dimensions.dropFirst().first ?? 1
    }
    configuration.connection = tensors["conv_after_body.weight"] == nil ? .bottleneck : .plain
    configuration.normalizesFirst = tensors["patch_embed.norm.weight"] != nil
    let head = UpsamplingHead.Plan(in: tensors, width: first.output, inputChannels: first.input)
    (configuration.upsampling, configuration.upsamplingWidth) = (head.kind, head.innerWidth)
    (configuration.outputChannels, configuration.scale) = (head.outputChannels, head.scale)
    return configuration
  }

  public static var benchmarks: [NetworkBenchmark] { [NetworkBenchmark(name, Self.self, Configuration())] }
}
