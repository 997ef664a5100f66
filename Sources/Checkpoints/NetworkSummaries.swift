import Models

extension ModelDescription.Network {
  /// For a person.
  public var summary: String {
    switch self {
    case .resnet(let configuration): configuration.summary
    case .unet(let configuration): configuration.summary
    case .rrdb(let configuration):
      "RRDBNet x\(configuration.scale), \(Self.counted(configuration.blocks, "block")), width \(configuration.width), "
        + "growth \(configuration.growth), "
        + Self.channels(configuration.inputChannels, configuration.outputChannels)
    case .srvgg(let configuration):
      "SRVGGNet x\(configuration.scale), \(Self.counted(configuration.convolutions, "convolution")), "
        + "width \(configuration.width), " + Self.channels(configuration.inputChannels, configuration.outputChannels)
    case .msrresnet(let configuration):
      "MSRResNet x\(configuration.scale), \(Self.counted(configuration.blocks, "block")), width \(configuration.width), "
        + Self.channels(configuration.inputChannels, configuration.outputChannels)
        + (configuration.upsampling == .direct ? ", direct upsampling" : "")
    case .srresnet(let configuration):
      "SRResNet x\(configuration.scale), \(Self.counted(configuration.blocks, "block")), width \(configuration.width), "
        + Self.channels(configuration.inputChannels, configuration.outputChannels)
        + (configuration.form == .bounded ? ", tanh at its end" : "")
    }
  }

  fileprivate static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  fileprivate static func channels(_ input: Int, _ output: Int) -> String { "\(input) to \(output) channels" }
}

extension ResNetGenerator.Configuration {
  fileprivate var summary: String {
    typealias Network = ModelDescription.Network
    let upsampling = upsampling == .transposed ? "transposed convolutions" : "resize convolutions"
    return "ResNet generator, \(Network.counted(blocks, "block")), width \(width), "
      + "\(Network.channels(inputChannels, outputChannels)), \(norm.rawValue) norm, \(upsampling)"
      + (dropout ? ", dropout" : "") + atTest.summary
  }
}

extension UNetGenerator.Configuration {
  fileprivate var summary: String {
    typealias Network = ModelDescription.Network
    return "U-Net generator, \(Network.counted(downsamplings, "downsampling")), width \(width), "
      + "\(Network.channels(inputChannels, outputChannels)), \(norm.rawValue) norm"
      + (dropout ? ", dropout" : "") + atTest.summary
  }
}

extension TestMode {
  fileprivate var summary: String {
    switch self {
    case .running: ""
    case .asInTraining: ", used as in training"
    }
  }
}
