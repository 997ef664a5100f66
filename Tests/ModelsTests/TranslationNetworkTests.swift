import Layers
import Models
import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  var network: String
  var width: Int, depth: Int
  var norm: Norm
  var dropout: Bool
  var inputChannels: Int, outputChannels: Int
  var residual = ResNetGenerator.Residual.plain

  func makeNetwork(atTest: TestMode = .running) -> (network: any TranslationNetwork, keys: [TensorKey]) {
    switch network {
    case "unet":
      var configuration = UNetGenerator.Configuration()
      (configuration.inputChannels, configuration.outputChannels) = (inputChannels, outputChannels)
      (configuration.width, configuration.downsamplings) = (width, depth)
      (configuration.norm, configuration.dropout, configuration.atTest) = (norm, dropout, atTest)
      return (UNetGenerator(configuration), UNetGenerator.tensorKeys(for: configuration))
    case "resnet":
      var configuration = ResNetGenerator.Configuration()
      (configuration.inputChannels, configuration.outputChannels) = (inputChannels, outputChannels)
      (configuration.width, configuration.blocks) = (width, depth)
      (configuration.norm, configuration.dropout, configuration.atTest) = (norm, dropout, atTest)
      configuration.residual = residual
      return (ResNetGenerator(configuration), ResNetGenerator.tensorKeys(for: configuration))
    default: preconditionFailure("no such network: \(network)")
    }
  }

  /// The network with the golden file's weights.
  func loadedNetwork(
    _ golden: GoldenCase, atTest: TestMode = .running
  ) throws -> (network: any TranslationNetwork, keys: [TensorKey]) {
    let (network, keys) = makeNetwork(atTest: atTest)
    let state = GoldenCase.select(golden.arrays, under: "state.")
    for key in keys { #expect(state[key.key]?.shape == key.shape, "\(key.key)") }
    try network.load(pyTorch: state, keys: keys)
    return (network, keys)
  }
}

@Suite struct TranslationNetworkTests {
  private static let cases = (try? GoldenFile("translation").cases) ?? []

  @Test func theGoldenFileIsThere() {
    #expect(Self.cases.count == 22)
  }

  @Test(arguments: cases.filter { !$0.name.hasPrefix("training") })
  func followsPyTorch(_ golden: GoldenCase) throws {
    let (network, _) = try golden.attributes(Attributes.self).loadedNetwork(golden)
    let input = Tensor(try golden.array("input"))
    let output = withoutGradients { network(input).value }
    expectClose(output, try golden.array("output"), tolerance: 2e-5, golden.name)
  }

  @Test(arguments: cases.filter { $0.name.hasPrefix("training") })
  func followsPyTorchInTraining(_ golden: GoldenCase) throws {
    let (network, keys) = try golden.attributes(Attributes.self).loadedNetwork(golden)
    let input = Tensor(variable: try golden.array("input"))
    let parameters = network.namedParameters
    let (output, found) = TrainingContext.run(seed: 1, step: 1) {
      let output = network(input)
      let upstream = Tensor(golden.arrays["upstream"] ?? output.value)
      return (
        output, gradients(of: (output * upstream).sum(), withRespectTo: [input] + parameters.map(\.parameter.tensor))
      )
    }
    expectClose(output.value, try golden.array("output"), tolerance: 2e-5, "output")
    expectClose(found[0].value, try golden.array("gradient.input"), tolerance: 1e-4, "gradient of the input")
    let state = GoldenCase.select(golden.arrays, under: "gradient.").filter { $0.key != "input" }
    let statistics = Set(network.namedStatistics.map(\.name))
    let expected = try network.values(fromPyTorch: state, keys: keys.filter { !statistics.contains($0.path) })
    // Some gradients are zero except for rounding, since a norm cancels a bias before it; rounding is that of the others.
    let scale = max(0.1, 0.01 * (expected.values.flatMap(\.scalars).map(\.magnitude).max() ?? 0))
    for ((name, _), gradient) in zip(parameters, found.dropFirst()) {
      expectClose(gradient.value, try #require(expected[name]), tolerance: 1e-4, scale: scale, "gradient of \(name)")
    }
    let after = GoldenCase.select(golden.arrays, under: "after.")
    let kept = try network.values(fromPyTorch: after, keys: keys.filter { statistics.contains($0.path) })
    for (name, statistic) in network.namedStatistics {
      expectClose(statistic.value, try #require(kept[name]), tolerance: 2e-5, name)
    }
  }

  /// PyTorch's network in training mode, as the pix2pix paper uses it at test time.
  @Test func followsPyTorchAtTestAsInTraining() throws {
    let golden = try #require(Self.cases.first { $0.name == "training.single" })
    let (network, _) = try golden.attributes(Attributes.self).loadedNetwork(golden, atTest: .asInTraining)
    let before = network.namedStatistics.map(\.statistic.value)
    let input = try golden.array("input")
    let output = withoutGradients { network(Tensor(input)).value }
    expectClose(output, try golden.array("output"), tolerance: 2e-5, "output")
    #expect(network.namedStatistics.map(\.statistic.value) == before)
    // Each image of a batch is normalised with its own statistics.
    let both = concatenated([Tensor(input), -Tensor(input)], axis: 0)
    #expect(withoutGradients { network(both).sliced(axis: 0, range: 0..<1).value } == output)
  }

  @Test(arguments: ["unet", "resnet"], Norm.allCases)
  func dropoutAtTestIsAlwaysTheSame(network: String, norm: Norm) {
    func make(_ atTest: TestMode) -> any TranslationNetwork {
      let attributes = Attributes(
        network: network, width: 2, depth: 6, norm: norm, dropout: true, inputChannels: 3, outputChannels: 2)
      let network = attributes.makeNetwork(atTest: atTest).network
      Initializer.normal(deviation: 0.3).initialize(network, seed: 1, purpose: "test")
      return network
    }
    let input = Tensor(NDArray((0..<64 * 64 * 3).map { Float($0 % 97) / 48 - 1 }, shape: [1, 64, 64, 3]))
    let (running, dropping) = (make(.running), make(.asInTraining))
    let plain = running(input).value
    let first = dropping(input).value
    #expect(first != plain)
    #expect(dropping(input).value == first)
    // Training uses its own masks, whatever the test mode.
    func trained(_ network: any TranslationNetwork) -> NDArray {
      TrainingContext.run(seed: 2, step: 1) { network(input).value }
    }
    #expect(trained(make(.running)) == trained(make(.asInTraining)))
  }

  @Test(arguments: 2...9) func aUNetTakesMultiplesOfItsDepth(downsamplings: Int) {
    var configuration = UNetGenerator.Configuration()
    (configuration.width, configuration.downsamplings, configuration.outputChannels) = (1, downsamplings, 2)
    let network = UNetGenerator(configuration)
    let (height, width) = (network.smallestSize, min(2, 512 >> downsamplings) * network.sizeMultiple)
    let output = network(Tensor(NDArray(repeating: 0.5, shape: [1, height, max(height, width), 3])))
    #expect(output.shape == [1, height, max(height, width), 2])
  }
}
