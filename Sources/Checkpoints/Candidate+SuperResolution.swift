import Models
import Tensors

extension Candidate {
  /// ESRGAN's generator, in any of its namings.
  static func rrdb(_ shapes: [String: Shape]) -> Candidate? {
    let naming: RRDBNet.Naming
    if shapes["conv_first.weight"] != nil, shapes["conv_body.weight"] != nil {
      naming = .basicSR
    } else if shapes["conv_first.weight"] != nil, shapes["trunk_conv.weight"] != nil {
      naming = .trunk
    } else if shapes["model.0.weight"] != nil, shapes["model.1.sub.0.RDB1.conv1.0.weight"] != nil {
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
    guard let first = shapes.convolution(first, kernel: 3) else { return nil }
    var configuration = RRDBNet.Configuration()
    configuration.width = first.output
    configuration.blocks = max(1, shapes.count(dense))
    configuration.growth = shapes.convolution(dense(0), kernel: 3)?.output ?? configuration.growth
    configuration.upsamplings = min(
      largestUpsamplings,
      shapes.count {
        switch naming {
        case .basicSR: "conv_up\($0 + 1).weight"
        case .trunk: "upconv\($0 + 1).weight"
        case .modules: "model.\(3 + 3 * $0).weight"
        }
      })
    let last = naming == .modules ? "model.\(4 + 3 * configuration.upsamplings).weight" : "conv_last.weight"
    configuration.outputChannels = shapes.convolution(last, kernel: 3)?.output ?? configuration.outputChannels
    configuration.setInput(channelsOfFirst: first.input)
    return Candidate(.rrdb(configuration), keys: RRDBNet.tensorKeys(for: configuration, naming: naming))
  }

  /// Real-ESRGAN's small generator.
  static func srvgg(_ shapes: [String: Shape]) -> Candidate? {
    guard let first = shapes.convolution("body.0.weight", kernel: 3), shapes["body.1.weight"]?.rank == 1 else {
      return nil
    }
    var configuration = SRVGGNet.Configuration()
    configuration.inputChannels = first.input
    configuration.width = first.output
    configuration.convolutions = max(0, shapes.count { "body.\(2 * $0).weight" } - 2)
    let last = shapes.convolution("body.\(2 + 2 * configuration.convolutions).weight", kernel: 3)
    if let shuffle = last.flatMap({ shuffle(of: $0.output, toChannels: [first.input, 1]) }) {
      (configuration.scale, configuration.outputChannels) = shuffle
    }
    return Candidate(.srvgg(configuration), keys: SRVGGNet.tensorKeys(for: configuration))
  }

  /// The super-resolution ResNet without norms.
  static func msrresnet(_ shapes: [String: Shape]) -> Candidate? {
    guard let first = shapes.convolution("conv_first.weight", kernel: 3),
      let last = shapes.convolution("conv_last.weight", kernel: 3), shapes["body.0.conv1.weight"] != nil,
      shapes["conv_after_body.weight"] == nil
    else { return nil }
    var configuration = MSRResNet.Configuration()
    configuration.inputChannels = first.input
    configuration.width = first.output
    configuration.blocks = shapes.count { "body.\($0).conv1.weight" }
    if let step = shapes.convolution("upconv1.weight", kernel: 3) {
      let factor = shuffle(of: step.output, toChannels: [first.output])?.factor
      configuration.scale = shapes["upconv2.weight"] == nil ? factor ?? configuration.scale : 4
      configuration.outputChannels = last.output
    } else {
      configuration.upsampling = .direct
      if let shuffle = shuffle(of: last.output, toChannels: [first.input, 1]) {
        (configuration.scale, configuration.outputChannels) = shuffle
      }
    }
    return Candidate(.msrresnet(configuration), keys: MSRResNet.tensorKeys(for: configuration))
  }

  /// SRGAN's generator in either form.
  static func srresnet(_ shapes: [String: Shape]) -> Candidate? {
    var configuration = SRResNet.Configuration()
    let step: (Int) -> String
    let first: (input: Int, output: Int)
    if let convolution = shapes.convolution("conv1.0.weight", kernel: 9) {
      first = convolution
      configuration.blocks = shapes.count { "trunk.\($0).rcb.0.weight" }
      step = { "upsampling.\($0).upsample_block.0.weight" }
    } else if let convolution = shapes.convolution("block1.0.weight", kernel: 9) {
      first = convolution
      configuration.form = .bounded
      let blocks = shapes.count { "block\(2 + $0).conv1.weight" }
      configuration.blocks = blocks
      step = { "block\(3 + blocks).\($0).conv.weight" }
    } else {
      return nil
    }
    configuration.inputChannels = first.input
    configuration.width = first.output
    let steps = min(largestUpsamplings, shapes.count(step))
    let factor = shapes.convolution(step(0), kernel: 3).flatMap { shuffle(of: $0.output, toChannels: [first.output]) }
    configuration.scale = steps == 1 && factor?.factor == 3 ? 3 : 1 << steps
    let last = configuration.form == .linear ? "conv3.weight" : "block\(3 + configuration.blocks).\(steps).weight"
    configuration.outputChannels = shapes.convolution(last, kernel: 9)?.output ?? configuration.outputChannels
    return Candidate(.srresnet(configuration), keys: SRResNet.tensorKeys(for: configuration))
  }

  /// More doublings than anyone trains, few enough that sizes stay numbers.
  private static let largestUpsamplings = 4
  /// Likewise of one pixel shuffle.
  private static let largestFactor = 16

  /// The factor by which `channels` shuffle, such that the first possible number of `remaining` channels is left.
  private static func shuffle(of channels: Int, toChannels remaining: [Int]) -> (factor: Int, channels: Int)? {
    for left in remaining {
      if let factor = (1...largestFactor).first(where: { left * $0 * $0 == channels }) { return (factor, left) }
    }
    return nil
  }
}

extension RRDBNet.Configuration {
  /// Whether the first convolution reads unshuffled pixels can only be told from how many channels it reads: as many as
  /// there are in the output, or a gray or a colour image's, once, 4 or 16 times.
  fileprivate mutating func setInput(channelsOfFirst channels: Int) {
    let factors = [1, 2, 4].filter { $0 <= 1 << upsamplings && channels % ($0 * $0) == 0 }
    let factor =
      factors.first { channels / ($0 * $0) == outputChannels }
      ?? factors.first { [1, 3].contains(channels / ($0 * $0)) } ?? 1
    inputChannels = channels / (factor * factor)
    scale = (1 << upsamplings) / factor
  }
}
