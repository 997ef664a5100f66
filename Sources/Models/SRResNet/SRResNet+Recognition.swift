import Tensors

extension SRResNet {
  /// Recognises files by the order and shapes of their tensors, whatever their names, and both published variants by
  /// their names, if parts of them are missing.
  public static func recognized(in tensors: TensorShapes) -> Recognition<Configuration>? {
    if let modules = Modules(tensors) {
      guard case .parts(let parts) = told(modules), let scale = modules.scale else { return nil }
      var configuration = Configuration()
      (configuration.inputChannels, configuration.outputChannels) = (modules.first.input, modules.last.output)
      (configuration.width, configuration.blocks) = (modules.first.output, modules.blocks.count)
      configuration.scale = scale
      configuration.setParts(parts)
      return Recognition(configuration, keys: keys(of: modules, parts))
    }
    return recognizedByName(in: tensors)
  }

  public static func completing(_ recognized: Configuration, from described: Configuration) -> Configuration {
    guard let other = described.otherParts else { return recognized }
    var (configuration, parts) = (recognized, recognized.parts)
    // What tensors cannot show.
    (parts.epsilon, parts.hasTanh, parts.input, parts.output) = (
      other.epsilon, other.hasTanh, other.input, other.output
    )
    if !parts.hasParametricRectifiers { parts.rectifier = other.rectifier }
    configuration.setParts(parts)
    return configuration
  }

  public static func difference(in tensors: TensorShapes) -> String? {
    guard let modules = Modules(tensors) else { return nil }
    let network =
      "an SRResNet of \(SummaryText.counted(modules.blocks.count, "block")), width \(modules.first.output)"
    if modules.scale == nil {
      return "\(network), but its pixel shuffles are by \(modules.factors.map(String.init).joined(separator: ", ")), "
        + "expected only by 2, or one by 3"
    }
    if case .difference(let difference) = told(modules) { return "\(network), but \(difference)" }
    return nil
  }

  private enum Told {
    case parts(Parts)
    /// What is not as in any SRResNet known here.
    case difference(String)
  }

  private static func told(_ modules: Modules) -> Told {
    let origin = Origin(modules)
    let block = modules.blocks[0]
    var parts = Parts()
    parts.edgeKernel = modules.first.kernel
    parts.norm = block.first.norm?.kind ?? .none
    parts.hasTrunkNorm = modules.trunk.norm != nil
    parts.hasTrunkRectifier = modules.trunk.rectifier != nil
    parts.hasUpsamplingNorms = modules.upsampling.first?.norm != nil
    parts.hasEdgeBiases = modules.first.hasBias
    parts.hasBlockBiases = block.first.hasBias
    parts.hasTrunkBias = modules.trunk.hasBias
    parts.hasUpsamplingBiases = modules.upsampling.first?.hasBias ?? true
    guard modules.last.hasBias == parts.hasEdgeBiases else {
      return .difference("one of its first and last convolutions has a bias, and the other has none")
    }
    for (index, block) in modules.blocks.enumerated() {
      for step in [block.first, block.second] {
        guard step.norm?.kind ?? .none == parts.norm, step.hasBias == parts.hasBlockBiases else {
          return .difference("its block \(index) has other norms or biases than its first (\(step.name))")
        }
      }
    }
    let norms = [modules.trunk.norm] + modules.upsampling.map(\.norm)
    guard norms.allSatisfy({ $0 == nil || $0?.kind == parts.norm }) else {
      return .difference("its norms are of two kinds, or only after its blocks")
    }
    guard modules.upsampling.allSatisfy({ ($0.norm != nil) == parts.hasUpsamplingNorms }),
      modules.upsampling.allSatisfy({ $0.hasBias == parts.hasUpsamplingBiases })
    else { return .difference("its upsamplings differ from one another in norms or biases") }
    let expected = [modules.first] + modules.blocks.map(\.first) + modules.upsampling
    let slopes = Set(expected.map { $0.rectifier?.slopes ?? 0 }).union(
      modules.trunk.rectifier.map { [$0.slopes] } ?? [])
    switch (slopes.count, slopes.first) {
    case (1, 1): parts.rectifier = .parametric
    case (1, modules.first.output): parts.rectifier = .parametricByChannel
    case (1, 0):
      guard let rectifier = origin.rectifier else {
        return .difference(
          "its rectifiers have no weights, and its names do not tell whether they are ReLU or LeakyReLU")
      }
      parts.rectifier = rectifier
    default:
      let without = expected.first { $0.rectifier == nil }.map { " (none follows \($0.name))" } ?? ""
      return .difference("its rectifiers are of two kinds\(without)")
    }
    (parts.epsilon, parts.hasTanh, parts.input, parts.output) = origin.values(parts)
    return .parts(parts)
  }

  private static func keys(of modules: Modules, _ parts: Parts) -> [TensorKey] {
    func keys(_ path: String, _ step: Modules.Step, convolution: String, norm: String, rectifier: String) -> [TensorKey]
    {
      var keys = TensorKey.convolution(
        convolution, step.name, step.input, step.output, kernel: step.kernel, hasBias: step.hasBias)
      if let norm = step.norm.map({ (norm, $0) }) {
        keys += TensorKey.norm(norm.0, norm.1.name, norm.1.kind == .batch ? .batch : .affineInstance, norm.1.channels)
      }
      if let found = step.rectifier { keys.append(.vector("\(rectifier).slope", "\(found.name).weight", found.slopes)) }
      return keys
    }
    var all = keys("", modules.first, convolution: "first", norm: "", rectifier: "firstRectifier")
    for (index, block) in modules.blocks.enumerated() {
      let path = "blocks.\(index)"
      all += keys(
        path, block.first, convolution: "\(path).first", norm: "\(path).firstNorm", rectifier: "\(path).rectifier")
      all += keys(path, block.second, convolution: "\(path).second", norm: "\(path).secondNorm", rectifier: "")
    }
    all += keys("", modules.trunk, convolution: "trunk", norm: "trunkNorm", rectifier: "trunkRectifier")
    for (index, step) in modules.upsampling.enumerated() {
      let path = "upsampling.\(index)"
      all += keys(
        path, step, convolution: "\(path).convolution", norm: "\(path).norm", rectifier: "\(path).rectifier")
    }
    return all + keys("", modules.last, convolution: "last", norm: "", rectifier: "")
  }
}

extension SRResNet {
  /// Whose network a file's names show it to be, for what tensors cannot show.
  private enum Origin {
    /// `block1` … `block8`.
    case bounded
    /// `conv_input`, `residual`, `conv_mid`: LeakyReLU throughout.
    case leaky
    /// `res_blocks.0.conv_block`: norms with an epsilon of 0.8 and ImageNet's values, or in its first version ReLU and
    /// -1...1.
    case collection
    /// `residual_blocks.0.conv_block1.conv_block`: ImageNet's values in, -1...1 out.
    case tutorial
    /// `residuals.0.block1.cnn`: a hyperbolic tangent after the last convolution, which is in no list.
    case channelwise
    /// Any other: a list of the last convolution alone is followed by something without weights, which is a hyperbolic
    /// tangent.
    case listed, other

    init(_ modules: Modules) {
      let shared = modules.sharedPrefix
      let names = [modules.first, modules.blocks[0].first, modules.trunk, modules.last].map {
        String($0.name.dropFirst(shared.count))
      }
      let (first, block, trunk, last) = (names[0], names[1], names[2], names[3])
      if first == "block1.0", block.hasPrefix("block2.") {
        self = .bounded
      } else if first == "conv_input", trunk == "conv_mid" {
        self = .leaky
      } else if block.hasPrefix("res_blocks.0.conv_block."), modules.hasUpsamplingNorms {
        self = .collection
      } else if block.hasPrefix("residual_blocks.0.conv_block1.conv_block") {
        self = .tutorial
      } else if first == "initial.cnn", block.hasSuffix(".cnn") {
        self = .channelwise
      } else {
        self = last.hasSuffix(".0") ? .listed : .other
      }
    }

    var rectifier: Parts.Rectifier? {
      switch self {
      case .leaky: .leaky
      case .collection: .rectified
      default: nil
      }
    }

    func values(
      _ parts: Parts
    ) -> (epsilon: Float, hasTanh: Bool, input: Parts.Values, output: Parts.Values) {
      switch self {
      case .bounded, .channelwise, .listed: (1e-5, true, .unit, .signed)
      case .leaky, .other: (1e-5, false, .unit, .unit)
      case .collection:
        parts.hasParametricRectifiers ? (0.8, true, .imageNet, .imageNet) : (1e-5, true, .signed, .signed)
      case .tutorial: (1e-5, true, .imageNet, .signed)
      }
    }
  }
}

extension SRResNet.Modules {
  fileprivate var hasUpsamplingNorms: Bool { upsampling.first?.norm != nil }

  /// What all names begin with, up to and with a dot, if they do.
  fileprivate var sharedPrefix: String {
    var shared = ""
    for part in first.name.split(separator: ".").dropLast() {
      let longer = "\(shared)\(part)."
      guard [trunk, last, blocks[0].first].allSatisfy({ $0.name.hasPrefix(longer) }) else { break }
      shared = longer
    }
    return shared
  }
}

extension SRResNet.Configuration {
  /// Takes the variant whose parts these are, or else these.
  mutating func setParts(_ parts: SRResNet.Parts) {
    variant = parts == .bounded ? .bounded : .linear
    otherParts = parts == self.variantParts ? nil : parts
  }

  private var variantParts: SRResNet.Parts { variant == .bounded ? .bounded : SRResNet.Parts() }
}
