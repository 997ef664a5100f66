import Tensors

/// A network that other programs store as a graph of operations, as ncnn does.
///
/// A network of the list that conforms is found in such files: its configuration is guessed from the graph, then its own
/// graph must be the file's.
public protocol ExportedNetwork: Network {
  /// The only configuration whose graph may be the outlined one; nil if there is none. What it says need not be checked.
  static func configuration(of outline: GraphOutline) -> Configuration?
  /// Adds the network's operations to a graph that has only an input, and returns the output.
  static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value
}

/// What is easily told of a graph.
public struct GraphOutline: Sendable {
  /// In the graph's order.
  public let operations: [GraphOperation]

  package init(_ operations: [GraphOperation]) { self.operations = operations }

  /// The shapes of the convolutions' weights, `[out, in, kH, kW]`, in the graph's order.
  public var convolutions: [Shape] {
    operations.compactMap { if case .convolution(let shape) = $0 { shape } else { nil } }
  }

  public func count(of operation: GraphOperation) -> Int { operations.count { $0 == operation } }

  public var hasParametricRectifiers: Bool {
    operations.contains { if case .parametricRectifier = $0 { true } else { false } }
  }

  public var hasChannelShifts: Bool {
    operations.contains { if case .channelShift = $0 { true } else { false } }
  }

  /// The factors of the pixel shuffles, in the graph's order.
  public var shuffles: [Int] {
    operations.compactMap { if case .pixelShuffle(let factor) = $0 { factor } else { nil } }
  }

  /// The factor of the pixel unshuffle; 1 if there is none.
  public var unshuffling: Int {
    operations.lazy.compactMap { if case .pixelUnshuffle(let factor) = $0 { factor } else { nil } }.first ?? 1
  }
}

/// The graph of a network that may be a file's.
package struct ExpectedGraph: Sendable {
  package let network: NetworkDescription
  package let graph: NetworkGraph
  package let output: NetworkGraph.Value

  /// Those of all networks in the list whose outlines fit.
  package static func all(for outline: GraphOutline) -> [ExpectedGraph] {
    Networks.all.compactMap { ($0 as? any ExportedNetwork.Type).flatMap { one(of: $0, for: outline) } }
  }

  private static func one<N: ExportedNetwork>(of network: N.Type, for outline: GraphOutline) -> ExpectedGraph? {
    guard let configuration = N.configuration(of: outline), N.problem(with: configuration) == nil else { return nil }
    var graph = NetworkGraph(N.tensorKeys(for: configuration))
    let output = N.output(of: configuration, in: &graph)
    return ExpectedGraph(network: NetworkDescription(N.self, configuration), graph: graph, output: output)
  }
}
