import Layers

extension StyleGAN2Generator {
  public static let name = "stylegan2"
  public static let title = "StyleGAN2 generator"

  public static let settings: [Setting<Configuration>] = [
    .integer("noise", \.noise, 1...4096), .integer("style", \.style, 1...4096),
    .integer("mappingLayers", \.mappingLayers, 1...16), .integer("capacity", \.capacity, 32...131_072),
    .integer("most", \.most, 1...1024), .choice("modulation", \.modulation),
  ]

  public static func problem(with configuration: Configuration) -> String? {
    problemWithSettings(of: configuration) ?? problemWithData(of: configuration) ?? configuration.problemWithSize
  }

  public static func summary(of configuration: Configuration) -> String {
    summary(configuration.modulation == .adain ? "\(title) with StyleGAN's AdaIN" : title, configuration)
  }

  public static func initializer(for configuration: Configuration) -> Initializer { .equalized }

  /// Recognises the state dictionaries of stylegan2-ada-pytorch's generators.
  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    guard let first = tensors["synthesis.b4.const"], first.rank == 3, first[0] > 0,
      let input = tensors["mapping.fc0.weight"], input.rank == 2,
      let affine = tensors["synthesis.b4.conv1.affine.weight"], affine.rank == 2,
      let colors = tensors.convolution("synthesis.b4.torgb.weight", kernel: 1)
    else { return nil }
    var configuration = Configuration()
    configuration.style = affine[1]
    if let classes = tensors["mapping.embed.weight"], classes.rank == 2 { configuration.classes = classes[1] }
    configuration.noise = input[1] - (configuration.classes > 0 ? configuration.style : 0)
    configuration.mappingLayers = tensors.count { "mapping.fc\($0).weight" }
    configuration.outputChannels = colors.output
    configuration.size =
      Configuration.sizes.last { tensors["synthesis.b\($0).conv1.weight"] != nil } ?? Configuration().size
    configuration.most = first[0]
    if affine[0] == 2 * first[0] { configuration.modulation = .adain }
    let last = tensors.convolution("synthesis.b\(configuration.size).conv1.weight", kernel: 3)?.output ?? first[0]
    // Where all sizes have as many channels, any larger capacity would do.
    configuration.capacity = min(last, 1 << 20) * configuration.size
    return problem(with: configuration) == nil
      ? Recognition(configuration, keys: tensorKeys(for: configuration)) : nil
  }

  /// Tensors show the channels at each size, which different settings may come to.
  public static func completing(_ recognized: Configuration, from described: Configuration) -> Configuration {
    guard described.size == recognized.size,
      recognized.sides.allSatisfy({ recognized.channels(side: $0) == described.channels(side: $0) })
    else { return recognized }
    var configuration = recognized
    (configuration.capacity, configuration.most) = (described.capacity, described.most)
    return configuration
  }
}

extension KeyedDecodingContainer {
  /// Older model files, from before there was a choice, lack this setting.
  func decode(_ type: StyleGAN2Generator.Modulation.Type, forKey key: Key) throws -> StyleGAN2Generator.Modulation {
    try decodeIfPresent(type, forKey: key) ?? .weights
  }
}
