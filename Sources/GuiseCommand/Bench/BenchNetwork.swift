import ArgumentParser
import Layers
import Models

/// A network to benchmark: one of those in the list of networks.
struct BenchNetwork: ExpressibleByArgument, Equatable {
  let name: String

  static let resnet9 = BenchNetwork(name: "resnet9")

  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    name = argument
  }

  private init(name: String) { self.name = name }

  static var allValueStrings: [String] { Networks.benchmarks.map(\.name) }

  var defaultValueDescription: String { name }

  static var help: ArgumentHelp {
    ArgumentHelp(
      Networks.benchmarks.map { "\($0.name): \($0.network.summary)" }.joined(separator: "; ") + ".", valueName: "name")
  }

  /// The network with random weights, and the description that names its tensors in files.
  func makeNetwork() throws -> (network: any Network, description: NetworkDescription) {
    guard let benchmark = Networks.benchmark(named: name) else {
      throw ValidationError("there is no network \(name)")
    }
    let network = benchmark.network.makeNetwork()
    benchmark.initializer.initialize(network, seed: 1, purpose: "bench")
    return (network, benchmark.network)
  }

  /// Throws if the network does not accept images of that size.
  func validate(size: Int) throws {
    guard let sizes = Networks.benchmark(named: name)?.network.sizes else { return }
    guard size % sizes.multiple == 0, size >= sizes.smallest else {
      throw ValidationError(
        "--size is \(size), expected a multiple of \(sizes.multiple), at least \(sizes.smallest), for \(name)")
    }
  }
}
