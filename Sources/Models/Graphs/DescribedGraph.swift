import Tensors

/// A network and its graph.
package struct DescribedGraph: Sendable {
  package let network: NetworkDescription
  package let graph: NetworkGraph
  package let output: NetworkGraph.Value

  private init<N: GraphedNetwork>(_ network: N.Type, _ configuration: N.Configuration) {
    var graph = NetworkGraph(N.tensorKeys(for: configuration))
    output = N.output(of: configuration, in: &graph)
    self.graph = graph
    self.network = NetworkDescription(N.self, configuration)
  }

  /// Those of all networks in the list whose outlines fit.
  package static func all(for outline: GraphOutline) -> [DescribedGraph] {
    Networks.all.compactMap { ($0 as? any ExportedNetwork.Type).flatMap { one(of: $0, for: outline) } }
  }

  private static func one<N: ExportedNetwork>(of network: N.Type, for outline: GraphOutline) -> DescribedGraph? {
    guard let configuration = N.configuration(of: outline), N.problem(with: configuration) == nil else { return nil }
    return DescribedGraph(network, configuration)
  }

  /// A network's graph, or why it has none, as a message.
  package enum Outcome {
    case graph(DescribedGraph)
    case none(String)
  }

  package static func of(_ description: NetworkDescription) -> Outcome {
    func graph<N: GraphedNetwork>(_ network: N.Type) -> Outcome {
      guard let configuration = description.configuration(of: network) else { return .none("it is another network") }
      if let problem = N.problemWithGraph(of: configuration) { return .none(problem) }
      return .graph(DescribedGraph(network, configuration))
    }
    if let network = description.network as? any GraphedNetwork.Type { return graph(network) }
    let known = Networks.generators.filter { $0 is any GraphedNetwork.Type }.map { $0.title }
    return .none(
      "networks of its kind are not written as graphs; those that are: \(SettingText.enumeration(known))")
  }
}
