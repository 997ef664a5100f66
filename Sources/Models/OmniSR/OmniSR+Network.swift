import Layers

extension OmniSR {
  public static let name = "omnisr"
  public static let title = "Omni-SR"

  public static let settings: [Setting<Configuration>] = [
    .integer("scale", \.scale, 1...8),
    .integer("groups", \.groups, 1...64),
    .integer("blocks", \.blocks, 1...64),
    .integer("width", \.width, 4...1024),
    .integer("window", \.window, 2...64),
  ]

  public static let sizeSettings = ["window"]

  public static func scales(of configuration: Configuration) -> [Int] { Array(1...8) }

  public static func problem(with configuration: Configuration) -> String? {
    if let problem = problemWithChannels(of: configuration) ?? problemWithSettings(of: configuration) { return problem }
    guard configuration.width % Configuration.heads != 0 else { return nil }
    return "its width is \(configuration.width), expected a multiple of its \(Configuration.heads) heads"
  }

  public static func summary(of configuration: Configuration) -> String {
    "Omni-SR x\(configuration.scale), \(SummaryText.counted(configuration.groups, "group")) of "
      + "\(SummaryText.counted(configuration.blocks, "block")), width \(configuration.width), "
      + "windows of \(configuration.window), \(SummaryText.channels(configuration))"
  }

  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let configuration = configuration(in: tensors), problem(with: configuration) == nil else { return nil }
    return Recognition(configuration, keys: tensorKeys(for: configuration))
  }

  public static func difference(in tensors: TensorShapes) -> String? {
    guard let configuration = configuration(in: tensors), let problem = problem(with: configuration) else { return nil }
    return "an Omni-SR, but \(problem)"
  }

  private static func configuration(in tensors: TensorShapes) -> Configuration? {
    func layer(_ group: Int, _ block: Int) -> String { "residual_layer.\(group).residual_layer.\(block).layer" }
    guard let first = tensors.convolution("input.weight", kernel: 3),
      tensors["\(layer(0, 0)).2.fn.to_qkv.weight"] != nil
    else { return nil }
    var configuration = Configuration()
    (configuration.inputChannels, configuration.width) = (first.input, first.output)
    configuration.groups = tensors.count { "residual_layer.\($0).esa.conv1.weight" }
    configuration.blocks = tensors.count { "\(layer(0, $0)).2.norm.weight" }
    configuration.hasBias = tensors["input.bias"] != nil
    let distances = tensors["\(layer(0, 0)).2.fn.rel_pos_bias.weight"]?.dimensions.first
    configuration.hasPositions = distances != nil
    configuration.window = distances.flatMap { RecognitionLimits.window(ofDistances: $0) } ?? configuration.window
    let last = tensors.convolution("up.0.weight", kernel: 3)
    if let shuffle = last.flatMap({ RecognitionLimits.shuffle(of: $0.output, toChannels: [first.input, 3, 1]) }) {
      (configuration.scale, configuration.outputChannels) = shuffle
    }
    return configuration
  }

  public static var benchmarks: [NetworkBenchmark] { [NetworkBenchmark(name, Self.self, Configuration())] }
}
