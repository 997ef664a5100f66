extension RRDBNet {
  /// The naming schemes of published files.
  public enum Naming: Sendable, CaseIterable {
    /// `conv_first`, `body.0.rdb1.conv1`: BasicSR's and Real-ESRGAN's.
    case basicSR
    /// `conv_first`, `RRDB_trunk.0.RDB1.conv1`: ESRGAN's.
    case trunk
    /// `model.0`, `model.1.sub.0.RDB1.conv1.0`: ESRGAN's first release, where the network is a list of modules.
    case modules
  }

  public static func tensorKeys(for configuration: Configuration) -> [TensorKey] {
    tensorKeys(for: configuration, naming: .basicSR)
  }

  public static func tensorKeys(for configuration: Configuration, naming: Naming) -> [TensorKey] {
    let (width, growth, names) = (configuration.width, configuration.growth, Names(configuration, naming))
    var keys = TensorKey.convolution("first", names.first, configuration.unshuffledChannels, width)
    for block in 0..<configuration.blocks {
      for dense in 0..<3 {
        for index in 0..<5 {
          keys += TensorKey.convolution(
            "blocks.\(block).dense.\(dense).convolutions.\(index)", names.dense(block, dense + 1, index + 1),
            width + index * growth, index < 4 ? growth : width)
        }
        if configuration.dense == .residual {
          keys += TensorKey.convolution(
            "blocks.\(block).dense.\(dense).shortcut", names.shortcut(block, dense + 1), width, growth, kernel: 1,
            hasBias: false)
        }
      }
    }
    keys += TensorKey.convolution("trunk", names.trunk, width, width)
    for (index, name) in names.upsampling.enumerated() {
      keys += TensorKey.convolution("upsampling.\(index)", name, width, width)
    }
    return keys + TensorKey.convolution("refinement", names.refinement, width, width)
      + TensorKey.convolution("last", names.last, width, configuration.outputChannels)
  }

  private struct Names {
    let first: String, trunk: String, upsampling: [String], refinement: String, last: String
    /// The name of a convolution, from the numbers of its block, counted from 0, of the dense block in that, counted
    /// from 1, and of the convolution in that, counted from 1.
    let dense: (Int, Int, Int) -> String
    /// The same for a dense block's 1x1 convolution.
    let shortcut: (Int, Int) -> String

    init(_ configuration: Configuration, _ naming: Naming) {
      let steps = configuration.upsamplings
      switch naming {
      case .basicSR:
        (first, trunk, refinement, last) = ("conv_first", "conv_body", "conv_hr", "conv_last")
        upsampling = (0..<steps).map { "conv_up\($0 + 1)" }
        dense = { "body.\($0).rdb\($1).conv\($2)" }
        shortcut = { "body.\($0).rdb\($1).conv1x1" }
      case .trunk:
        (first, trunk, refinement, last) = ("conv_first", "trunk_conv", "HRconv", "conv_last")
        upsampling = (0..<steps).map { "upconv\($0 + 1)" }
        dense = { "RRDB_trunk.\($0).RDB\($1).conv\($2)" }
        shortcut = { "RRDB_trunk.\($0).RDB\($1).conv1x1" }
      case .modules:
        // Each upsampling step is three modules: upsampling, convolution and rectifier.
        (first, trunk) = ("model.0", "model.1.sub.\(configuration.blocks)")
        (refinement, last) = ("model.\(2 + 3 * steps)", "model.\(4 + 3 * steps)")
        upsampling = (0..<steps).map { "model.\(3 + 3 * $0)" }
        dense = { "model.1.sub.\($0).RDB\($1).conv\($2).0" }
        shortcut = { "model.1.sub.\($0).RDB\($1).conv1x1" }
      }
    }
  }
}
