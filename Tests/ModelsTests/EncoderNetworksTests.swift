import Layers
import Models
import Tensors
import TestSupport
import Testing

/// EfficientNet-Lite0 and the networks that begin with it, beside PyTorch's. `scripts/golden/encoders.py` says what is in
/// the golden file.
@Suite struct EncoderNetworksTests {
  private static let cases = (try? GoldenFile("encoders").cases) ?? []

  @Test func theGoldenFileIsThere() {
    #expect(Self.cases.count == 9)
  }

  @Test(arguments: cases) func followsPyTorch(_ golden: GoldenCase) throws {
    let part = try Part(named: golden.name)
    let input = Tensor(variable: try golden.array("input"))
    let parameters = try part.parameters()
    let (output, found) = try TrainingContext.run(seed: 1, step: 1) {
      let output = part.function(input)
      let weighted = (output * Tensor(try golden.array("upstream"))).sum()
      return (output, gradients(of: weighted, withRespectTo: [input] + parameters.map(\.parameter.tensor)))
    }
    expectClose(output.value, try golden.array("output"), tolerance: 2e-5, "\(golden.name) output")
    expectClose(found[0].value, try golden.array("gradient.input"), tolerance: 1e-4, "\(golden.name) gradient")

    let (projections, norms) = (try golden.array("projections").scalars, try golden.array("norms").scalars)
    try #require(projections.count == parameters.count)
    for (index, (key, _, direction)) in parameters.enumerated() {
      let projection = zip(found[index + 1].value.scalars, direction.scalars).reduce(0) {
        $0 + Double($1.0) * Double($1.1)
      }
      #expect(
        (projection - Double(projections[index])).magnitude <= 1e-4 * Double(norms[index]), "\(golden.name) \(key)")
    }
  }

  /// Frozen statistics stay as they are in training; the decoder's do not.
  @Test func onlyTheDecodersStatisticsFollowTheImages() throws {
    let network = EncoderUNet()
    try WeightFormula.fill(network, keys: EncoderUNet.tensorKeys(for: network.configuration))
    let before = network.namedStatistics.map(\.statistic.value)
    let image = Tensor(randomValues(shape: [1, 32, 32, 3], "image"))
    _ = TrainingContext.run(seed: 1, step: 1) { network(image).value }
    for ((name, statistic), value) in zip(network.namedStatistics, before) {
      #expect((statistic.value == value) == name.hasPrefix("base.encoder."), "\(name)")
    }
  }

  @Test func vividnessMixesTheGuessWithTheLikeliestColors() throws {
    let network = ColorBinNetwork()
    try WeightFormula.fill(network, keys: ColorBinNetwork.tensorKeys(for: network.configuration))
    let image = Tensor(randomValues(shape: [1, 32, 64, 1], "image"))
    let scores = ColorBinNetwork.Scores(network.scoring(image), of: network)
    let (calm, vivid) = (scores.chroma(vividness: 0), scores.chroma(vividness: 1))
    #expect(calm.value == (scores.guess * (40 / 110)).value)
    #expect(network(image).value == scores.chroma().upsampledBilinear(by: 4).value)
    // The less vivid, the less do those colours count that counted more in training.
    network.rarity.value = NDArray(repeating: 0, shape: [ColorBins.count])
    let evenScores = ColorBinNetwork.Scores(network.scoring(image), of: network)
    expectClose(evenScores.chroma(vividness: 1).value, vivid.value, "all rarities count at vividness 1")
    expectClose(
      evenScores.chroma(vividness: 0.25).value, (vivid * 0.25 + calm * 0.75).value, "mixed without rarities")
    network.rarity.value = NDArray((0..<ColorBins.count).map { $0 == 100 ? -1000 : 0 }, shape: [ColorBins.count])
    let common = ColorBinNetwork.Scores(network.scoring(image), of: network).chroma(vividness: 0.5).value.scalars
    #expect(abs(common[0] - (ColorBins.colors[100].x / 110 + calm.value.scalars[0]) / 2) < 1e-5)
    // One bin that is far likelier than all others is the colour.
    network.head.bias?.value = NDArray((0..<226).map { $0 == 100 ? 1000 : 0 }, shape: [226])
    let certain = ColorBinNetwork.Scores(network.scoring(image), of: network).chroma(vividness: 1).value.scalars
    #expect(abs(certain[0] - ColorBins.colors[100].x / 110) < 1e-5)
    #expect(abs(certain[1] - ColorBins.colors[100].y / 110) < 1e-5)
  }

  @Test func anEncoderSeesLightnessAsAGrayImage() throws {
    let classifier = EfficientNetLite0()
    try WeightFormula.fill(classifier, keys: EfficientNetLite0.tensorKeys(for: classifier.configuration))
    let lightness = Tensor(randomValues(shape: [1, 32, 32, 1], "lightness"))
    let gray = concatenated([lightness, lightness, lightness], axis: 3)
    let expected = classifier.encoder.features(gray)
    for channels in [1, 3] {
      let encoder = EfficientNetLite0Encoder(inputChannels: channels)
      encoder.take(weightsOf: classifier.encoder)
      let found = encoder.features(channels == 1 ? lightness : gray)
      for (left, right) in [(found.half, expected.half), (found.last, expected.last)] {
        expectClose(left.value, right.value, tolerance: 1e-5, "\(channels) channels")
      }
    }
  }
}

/// A network with the formula's weights, or some layers of one.
private struct Part {
  let function: (Tensor) -> Tensor
  private let network: any Layer
  private let keys: [TensorKey]
  private let prefixes: [String]

  init(named name: String) throws {
    switch name {
    case "encoderUNet":
      var configuration = EncoderUNet.Configuration()
      configuration.outputChannels = 2
      let network = EncoderUNet(configuration)
      self.init(network, EncoderUNet.tensorKeys(for: configuration)) { network($0) }
    case "colorBins", "colorBins.scores":
      let network = ColorBinNetwork()
      self.init(network, ColorBinNetwork.tensorKeys(for: network.configuration)) {
        let scores = ColorBinNetwork.Scores(network.scoring($0), of: network)
        if name == "colorBins" { return scores.chroma() }
        return concatenated([scores.bins.sliced(axis: 3, range: 0..<8), scores.guess], axis: 3)
      }
    default:
      var configuration = EfficientNetLite0.Configuration()
      configuration.classes = 10
      let network = EfficientNetLite0(configuration)
      let keys = EfficientNetLite0.tensorKeys(for: configuration)
      if name.hasPrefix("stem") {
        self.init(network, keys, under: ["_conv_stem.", "_bn0."]) { network.encoder.stem($0) }
      } else if let index = Int(name.dropFirst("block.".count)) {
        self.init(network, keys, under: ["_blocks.\(index)."]) { network.encoder.blocks[index]($0) }
      } else {
        self.init(network, keys) { network($0) }
      }
    }
    try WeightFormula.fill(network, keys: keys)
  }

  private init(
    _ network: any Layer, _ keys: [TensorKey], under prefixes: [String] = [""], function: @escaping (Tensor) -> Tensor
  ) {
    (self.network, self.keys, self.prefixes, self.function) = (network, keys, prefixes, function)
  }

  /// Those that `function` reads, in the order of their keys, and what their gradients are multiplied with.
  func parameters() throws -> [(key: String, parameter: Parameter, direction: NDArray)] {
    let parameters = Dictionary(uniqueKeysWithValues: network.namedParameters.map { ($0.name, $0.parameter) })
    let directions = try network.values(
      fromPyTorch: WeightFormula.directions(keys: keys), keys: keys)
    return keys.sorted { $0.key < $1.key }.compactMap { key in
      guard prefixes.contains(where: { key.key.hasPrefix($0) }), let parameter = parameters[key.path],
        let direction = directions[key.path]
      else { return nil }
      return (key.key, parameter, direction)
    }
  }
}
