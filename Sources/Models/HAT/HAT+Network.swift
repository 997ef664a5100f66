import Layers

extension HAT {
  public static let name = "hat"
  public static let title = "HAT"

  public static let settings: [Setting<Configuration>] = [
    .integer("scale", \.scale, 1...8),
    .integers("depths", \.depths, 1...64),
    .integers("heads", \.heads, 1...64),
    .integer("width", \.width, 4...1024),
    .integer("hidden", \.hidden, 1...4096),
    .integer("window", \.window, 2...64),
    .integer("overlap", \.overlap, 2...128),
    .integer("compressed", \.compressed, 1...1024),
    .integer("squeezed", \.squeezed, 1...1024),
    .integer("upsamplingWidth", \.upsamplingWidth, 1...1024),
  ]

  public static let sizeSettings = ["window"]

  public static func scales(of configuration: Configuration) -> [Int] { UpsamplingHead.Plan.scales(of: .stepwise) }

  public static func problem(with configuration: Configuration) -> String? {
    if let problem = problemWithChannels(of: configuration) ?? problemWithSettings(of: configuration) { return problem }
    let window = configuration.window
    if configuration.overlap < window || (configuration.overlap - window) % 2 != 0 {
      return "its windows of \(window) lie in some of \(configuration.overlap), expected an even number more"
    }
    if let problem = AttentionHeads.problem(
      width: configuration.width, depths: configuration.depths, heads: configuration.heads)
    {
      return problem
    }
    let scales = scales(of: configuration)
    guard !scales.contains(configuration.scale) else { return nil }
    return "its scale is \(configuration.scale), expected \(SettingText.alternatives(scales.map(String.init)))"
  }

  public static func summary(of configuration: Configuration) -> String {
    "HAT x\(configuration.scale), \(AttentionHeads.groups(of: configuration.depths)), width \(configuration.width), "
      + "windows of \(configuration.window) in \(configuration.overlap), \(configuration.compressed) channels beside "
      + "attention, \(SummaryText.channels(configuration))"
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let configuration = configuration(in: tensors), problem(with: configuration) == nil else { return nil }
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }

  public static func difference(in tensors: TensorShapes) -> String? {
    guard let configuration = configuration(in: tensors), let problem = problem(with: configuration) else { return nil }
    return "a HAT, but \(problem)"
  }

  private static func configuration(in tensors: TensorShapes) -> Configuration? {
    func group(_ index: Int) -> String { "layers.\(index).residual_group" }
    guard let first = tensors.convolution("conv_first.weight", kernel: 3),
      let beside = tensors.convolution("\(group(0)).blocks.0.conv_block.cab.0.weight", kernel: 3),
      let weighing = tensors.convolution("\(group(0)).blocks.0.conv_block.cab.3.attention.1.weight", kernel: 1),
      let hidden = tensors["\(group(0)).blocks.0.mlp.fc1.weight"]?.dimensions.first,
      let distances = tensors["\(group(0)).blocks.0.attn.relative_position_bias_table"]?.dimensions.first,
      let window = RecognitionLimits.window(ofDistances: distances),
      let around = tensors["\(group(0)).overlap_attn.relative_position_bias_table"]?.dimensions.first,
      let overlap = (window...4 * window).first(where: { (window + $0 - 1) * (window + $0 - 1) == around })
    else { return nil }
    var configuration = Configuration()
    (configuration.inputChannels, configuration.width) = (first.input, first.output)
    (configuration.window, configuration.overlap, configuration.hidden) = (window, overlap, hidden)
    (configuration.compressed, configuration.squeezed) = (beside.output, weighing.output)
    let groups = tensors.count { "\(group($0)).overlap_attn.norm1.weight" }
    configuration.depths = (0..<groups).map { index in tensors.count { "\(group(index)).blocks.\($0).norm1.weight" } }
    configuration.heads = (0..<groups).map { index in
      tensors["\(group(index)).overlap_attn.relative_position_bias_table"]?.dimensions.dropFirst().first ?? 1
    }
    configuration.normalizesFirst = tensors["patch_embed.norm.weight"] != nil
    let head = UpsamplingHead.Plan(in: tensors, width: first.output, inputChannels: first.input)
    (configuration.upsamplingWidth, configuration.scale) = (head.innerWidth, head.scale)
    configuration.outputChannels = head.outputChannels
    return configuration
  }

  public static var benchmarks: [NetworkBenchmark] { [NetworkBenchmark(name, Self.self, Configuration())] }
}
