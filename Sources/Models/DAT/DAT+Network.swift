import Layers

extension DAT {
  public static let name = "dat"
  public static let title = "DAT"

  public static let settings: [Setting<Configuration>] = [
    .integer("scale", \.scale, 1...8),
    .integers("depths", \.depths, 1...64),
    .integers("heads", \.heads, 2...64),
    .integer("width", \.width, 32...1024),
    .integer("hidden", \.hidden, 2...8192),
    .integer("windowHeight", \.windowHeight, 1...64),
    .integer("windowWidth", \.windowWidth, 1...64),
    .choice("upsampling", \.upsampling, of: [.stepwise, .direct]),
    .integer("upsamplingWidth", \.upsamplingWidth, 1...1024),
    .choice("connection", \.connection),
  ]

  public static let sizeSettings = ["windowHeight", "windowWidth"]

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
    if let odd = configuration.heads.first(where: { $0 % 2 != 0 }) {
      return "its heads are \(odd), expected an even number"
    }
    if configuration.width % 2 != 0 || configuration.hidden % 2 != 0 {
      return "its width is \(configuration.width) and hidden \(configuration.hidden), expected even numbers"
    }
    let (height, width) = (configuration.windowHeight, configuration.windowWidth)
    if max(height, width) % min(height, width) != 0 {
      return "its windows are \(height)x\(width), expected one side to be a multiple of the other"
    }
    let scales = scales(of: configuration)
    guard !scales.contains(configuration.scale) else { return nil }
    return "its scale is \(configuration.scale), expected \(SettingText.alternatives(scales.map(String.init)))"
  }

  public static func summary(of configuration: Configuration) -> String {
    "DAT x\(configuration.scale), \(AttentionHeads.groups(of: configuration.depths)), width \(configuration.width), "
      + "windows of \(configuration.windowHeight)x\(configuration.windowWidth), "
      + "\(configuration.upsampling.rawValue) upsampling, \(SummaryText.channels(configuration))"
      + (configuration.connection == .plain ? "" : ", bottlenecks")
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let configuration = configuration(in: tensors), problem(with: configuration) == nil else { return nil }
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }

  /// Windows' sides are only in tensors that PyTorch's files have besides weights.
  public static func completing(_ recognized: Configuration, from described: Configuration) -> Configuration {
    var configuration = recognized
    (configuration.windowHeight, configuration.windowWidth) = (described.windowHeight, described.windowWidth)
    return configuration
  }

  public static func difference(in tensors: TensorShapes) -> String? {
    guard let configuration = configuration(in: tensors), let problem = problem(with: configuration) else { return nil }
    return "a DAT, but \(problem)"
  }

  private static func configuration(in tensors: TensorShapes) -> Configuration? {
    func block(_ group: Int, _ block: Int) -> String { "layers.\(group).blocks.\(block)" }
    guard let first = tensors.convolution("conv_first.weight", kernel: 3),
      tensors["\(block(0, 0)).attn.attns.0.pos.pos_proj.weight"] != nil,
      let hidden = tensors["\(block(0, 0)).ffn.fc1.weight"]?.dimensions.first
    else { return nil }
    var configuration = Configuration()
    (configuration.inputChannels, configuration.width, configuration.hidden) = (first.input, first.output, hidden)
    let groups = tensors.count { "\(block($0, 0)).norm1.weight" }
    configuration.depths = (0..<groups).map { group in tensors.count { "\(block(group, $0)).norm1.weight" } }
    configuration.heads = (0..<groups).map { group in
      2 * (tensors["\(block(group, 0)).attn.attns.0.pos.pos3.2.weight"]?.dimensions.first ?? 1)
    }
    // Windows' sides are told from the numbers of their pixels and of the distances between these.
    let attention = "\(block(0, 0)).attn.attns.0"
    if let pixels = tensors["\(attention).relative_position_index"]?.dimensions.first,
      let distances = tensors["\(attention).rpe_biases"]?.dimensions.first,
      let height = (1...64).first(where: { side in
        pixels % side == 0 && pixels / side <= 64 && (2 * side - 1) * (2 * (pixels / side) - 1) == distances
      })
    {
      (configuration.windowHeight, configuration.windowWidth) = (height, pixels / height)
    }
    configuration.connection = tensors["conv_after_body.weight"] == nil ? .bottleneck : .plain
    let head = UpsamplingHead.Plan(in: tensors, width: first.output, inputChannels: first.input)
    (configuration.upsampling, configuration.upsamplingWidth) = (head.kind, head.innerWidth)
    (configuration.outputChannels, configuration.scale) = (head.outputChannels, head.scale)
    return configuration
  }

  public static var benchmarks: [NetworkBenchmark] { [NetworkBenchmark(name, Self.self, Configuration())] }
}
