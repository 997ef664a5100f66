import Layers

extension SwinIR {
  public static let name = "swinir"
  public static let title = "SwinIR"

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
    if configuration.upsampling == .none, ![1, configuration.outputChannels].contains(configuration.inputChannels) {
      return
        "it adds \(configuration.inputChannels) channels to \(configuration.outputChannels), expected as many, or one"
    }
    let scales = scales(of: configuration)
    guard !scales.contains(configuration.scale) else { return nil }
    return "its scale is \(configuration.scale), expected \(SettingText.alternatives(scales.map(String.init)))"
  }

  public static func summary(of configuration: Configuration) -> String {
    "SwinIR x\(configuration.scale), \(AttentionHeads.groups(of: configuration.depths)), "
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
    return "a SwinIR, but \(problem)"
  }

  private static func configuration(in tensors: TensorShapes) -> Configuration? {
    func block(_ group: Int, _ block: Int) -> String { "layers.\(group).residual_group.blocks.\(block)" }
    guard let first = tensors.convolution("conv_first.weight", kernel: 3),
      tensors["\(block(0, 0)).attn.qkv.weight"] != nil, tensors["\(block(0, 0)).conv_block.cab.0.weight"] == nil,
      let hidden = tensors["\(block(0, 0)).mlp.fc1.weight"]?.dimensions.first,
      let table = tensors["\(block(0, 0)).attn.relative_position_bias_table"], table.rank == 2,
      let window = RecognitionLimits.window(ofDistances: table[0])
    else { return nil }
    var configuration = Configuration()
    configuration.inputChannels = first.input
    (configuration.width, configuration.hidden, configuration.window) = (first.output, hidden, window)
    let groups = tensors.count { "\(block($0, 0)).norm1.weight" }
    configuration.depths = (0..<groups).map { group in tensors.count { "\(block(group, $0)).norm1.weight" } }
    configuration.heads = (0..<groups).map { group in
      let table = tensors["\(block(group, 0)).attn.relative_position_bias_table"]
      return table.flatMap { $0.rank == 2 ? $0[1] : nil } ?? 1
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
