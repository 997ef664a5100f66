import Layers

extension BigGANGenerator {
  public static let name = "biggan"
  public static let title = "BigGAN generator"

  public static let settings: [Setting<Configuration>] = [
    .integer("noise", \.noise, 1...4096), .integer("width", \.width, 1...512),
    .integer("embedding", \.embedding, 1...4096), .flag("hierarchical", \.hierarchical),
    .integer("attention", \.attention, 0...128),
  ]

  public static func problem(with configuration: Configuration) -> String? {
    if let problem = problemWithSettings(of: configuration) ?? problemWithData(of: configuration)
      ?? BigGANPlan.problem(size: configuration.size)
    {
      return problem
    }
    let parts = configuration.plan.count + 1
    if configuration.hierarchical, configuration.noise % parts != 0 {
      return
        "its noise has \(configuration.noise) values, expected a multiple of \(parts) for \(configuration.size) pixels"
    }
    let sides = configuration.plan.map(\.side)
    if configuration.attention > 0, !sides.contains(configuration.attention) {
      return "its attention is at \(configuration.attention) pixels, expected 0, "
        + SettingText.alternatives(sides.map(String.init))
    }
    return nil
  }

  public static func summary(of configuration: Configuration) -> String {
    summary(title, configuration) + ", width \(configuration.width)"
      + (configuration.attention > 0 ? ", attention at \(configuration.attention) pixels" : "")
  }

  public static func initializer(for configuration: Configuration) -> Initializer { .xavier }

  /// Recognises BigGAN-PyTorch's files, of generators whose blocks share one embedding.
  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let project = tensors["linear.weight"], project.rank == 2, tensors["linear.u0"] != nil,
      let first = tensors.convolution("blocks.0.0.conv1.weight", kernel: 3),
      let last = tensors.convolution("output_layer.2.weight", kernel: 3)
    else { return nil }
    let count = tensors.count { "blocks.\($0).0.conv1.weight" }
    guard let size = BigGANPlan.sizes.first(where: { BigGANPlan.generator(size: $0).count == count }) else {
      return nil
    }
    var configuration = Configuration()
    configuration.size = size
    configuration.outputChannels = last.output
    configuration.width = first.input / configuration.plan[0].inputs
    var embedding = 0
    if let shared = tensors["shared.weight"], shared.rank == 2 {
      (configuration.classes, embedding) = (shared[0], shared[1])
      configuration.embedding = embedding
    }
    let told = tensors["blocks.0.0.bn1.gain.weight"].flatMap { $0.rank == 2 ? $0[1] : nil } ?? 0
    configuration.hierarchical = told > embedding
    configuration.noise = project[1] <= 4096 ? project[1] * (configuration.hierarchical ? count + 1 : 1) : 0
    let attending = (0..<count).first { tensors["blocks.\($0).1.gamma"] != nil }
    configuration.attention = attending.map { configuration.plan[$0].side } ?? 0
    return problem(with: configuration) == nil
      ? Recognition(configuration, keys: tensorKeys(for: configuration)) : nil
  }

  /// Without classes, tensors do not show how many values would stand for one.
  public static func completing(_ recognized: Configuration, from described: Configuration) -> Configuration {
    var configuration = recognized
    if recognized.classes == 0 { configuration.embedding = described.embedding }
    return configuration
  }
}
