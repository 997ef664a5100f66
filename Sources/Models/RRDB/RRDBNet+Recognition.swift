extension RRDBNet {
  /// Recognises all of its naming schemes.
  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    let naming: Naming
    if tensors["conv_first.weight"] != nil, tensors["conv_body.weight"] != nil {
      naming = .basicSR
    } else if tensors["conv_first.weight"] != nil, tensors["trunk_conv.weight"] != nil {
      naming = .trunk
    } else if tensors["model.0.weight"] != nil, tensors["model.1.sub.0.RDB1.conv1.0.weight"] != nil {
      naming = .modules
    } else {
      return nil
    }
    let (first, dense): (String, (Int) -> String) =
      switch naming {
      case .basicSR: ("conv_first.weight", { "body.\($0).rdb1.conv1.weight" })
      case .trunk: ("conv_first.weight", { "RRDB_trunk.\($0).RDB1.conv1.weight" })
      case .modules: ("model.0.weight", { "model.1.sub.\($0).RDB1.conv1.0.weight" })
      }
    guard let first = tensors.convolution(first, kernel: 3) else { return nil }
    var configuration = Configuration()
    configuration.width = first.output
    configuration.blocks = max(1, tensors.count(dense))
    configuration.growth = tensors.convolution(dense(0), kernel: 3)?.output ?? configuration.growth
    let parts = dense(0).split(separator: ".")
    let shortcut = parts.prefix { !$0.hasPrefix("conv") } + ["conv1x1", "weight"]
    configuration.dense = tensors[shortcut.joined(separator: ".")] == nil ? .plain : .residual
    configuration.upsamplings = min(
      RecognitionLimits.upsamplings,
      tensors.count {
        switch naming {
        case .basicSR: "conv_up\($0 + 1).weight"
        case .trunk: "upconv\($0 + 1).weight"
        case .modules: "model.\(3 + 3 * $0).weight"
        }
      })
    let last = naming == .modules ? "model.\(4 + 3 * configuration.upsamplings).weight" : "conv_last.weight"
    configuration.outputChannels = tensors.convolution(last, kernel: 3)?.output ?? configuration.outputChannels
    configuration.setInput(channelsOfFirst: first.input)
    return Recognition(configuration, keys: tensorKeys(for: configuration, naming: naming))
  }
}

extension RRDBNet.Configuration {
  /// The only sign of pixel unshuffling is how many channels the first convolution reads: 1, 4 or 16 times as many as
  /// the output has or, failing that, as a gray or a colour image has.
  fileprivate mutating func setInput(channelsOfFirst channels: Int) {
    let factors = [1, 2, 4].filter { $0 <= 1 << upsamplings && channels % ($0 * $0) == 0 }
    let factor =
      factors.first { channels / ($0 * $0) == outputChannels }
      ?? factors.first { [1, 3].contains(channels / ($0 * $0)) } ?? 1
    inputChannels = channels / (factor * factor)
    scale = (1 << upsamplings) / factor
  }
}
