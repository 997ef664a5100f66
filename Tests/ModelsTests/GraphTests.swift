import Layers
import Models
import Tensors
import TestSupport
import Testing

/// The graphs that networks are written as.
@Suite struct GraphTests {
  @Test(arguments: GraphedNetworks.all)
  func computesWhatTheNetworkDoes(name: String) throws {
    try check(GraphedNetworks.network(name), name)
  }

  private func check<N: GeneratorNetwork>(_ network: N, _ name: String) throws {
    let description = NetworkDescription(of: network)
    guard case .graph(let described) = DescribedGraph.of(description) else {
      Issue.record("\(name) has no graph")
      return
    }
    let (multiple, smallest) = description.sizes
    let side = max(smallest, 8 / multiple * multiple, multiple)
    let shape = Shape([2, side + multiple, side, network.inputChannels])
    let image = Tensor(randomValues(shape: shape, "image")) * 0.25 + 0.5
    let (expected, found) = withoutGradients {
      (network(image), GraphInterpreter(network).output(of: described, on: image))
    }
    let difference = Difference(between: found.value, and: expected.value, tolerance: 1e-4)
    #expect(difference == nil, "\(name): \(difference?.description ?? "")")
    // All weights are somewhere in the graph.
    let held = described.graph.nodes.flatMap { node in node.operation.tensors.map { (node.key ?? "") + $0.suffix } }
    let constants = described.graph.constants.map(\.key)
    #expect(Set(held + constants) == Set(description.tensorKeys.map(\.key)))
  }

  /// Dropout as in training is random, and batch norm by an image's own statistics is instance norm.
  @Test func usesNormsAsInTraining() {
    var configuration = UNetGenerator.Configuration()
    (configuration.downsamplings, configuration.width, configuration.atTest) = (2, 4, .asInTraining)
    guard case .graph(let described) = DescribedGraph.of(NetworkDescription(UNetGenerator.self, configuration)) else {
      Issue.record("it has no graph")
      return
    }
    #expect(GraphOutline(described.graph.nodes.map(\.operation)).norms.allSatisfy { $0.kind == .instance })
    configuration.dropout = true
    guard case .none(let reason) = DescribedGraph.of(NetworkDescription(UNetGenerator.self, configuration)) else {
      Issue.record("it has a graph in spite of its dropout")
      return
    }
    #expect(reason.contains("dropout"))
  }

  @Test func saysWhichNetworksHaveNone() {
    guard case .none(let reason) = DescribedGraph.of(NetworkDescription(PatchDiscriminator.self)) else {
      Issue.record("it has a graph")
      return
    }
    #expect(reason.contains("RRDBNet") && reason.contains("ResNet generator"), "\(reason)")
  }
}
