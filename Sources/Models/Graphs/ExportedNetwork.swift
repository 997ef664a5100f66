import Tensors

/// A network whose operations can be written as a graph, for programs that run graphs.
public protocol GraphedNetwork: Network {
  /// Why a configuration cannot be written as a graph, as a message; nil if it can, and by default.
  static func problemWithGraph(of configuration: Configuration) -> String?
  /// Adds the network's operations to a graph that has only an input, and returns the output.
  static func output(of configuration: Configuration, in graph: inout NetworkGraph) -> NetworkGraph.Value
}

extension GraphedNetwork {
  public static func problemWithGraph(of configuration: Configuration) -> String? { nil }
}

/// A network that is recognised by its graph of operations, as ncnn stores it, whose weights have no names.
///
/// A network of the list that conforms is found in such files: its configuration is guessed from the graph, then its own
/// graph must be the file's.
public protocol ExportedNetwork: GraphedNetwork {
  /// The only configuration whose graph may be the outlined one; nil if there is none. What it says need not be checked.
  static func configuration(of outline: GraphOutline) -> Configuration?
}

/// What is easily told of a graph.
public struct GraphOutline: Sendable {
  /// In the graph's order.
  public let operations: [GraphOperation]

  package init(_ operations: [GraphOperation]) { self.operations = operations }

  /// The shapes of the convolutions' weights, `[out, in, kH, kW]`, in the graph's order.
  public var convolutions: [Shape] {
    operations.compactMap { if case .convolution(let convolution) = $0 { convolution.shape } else { nil } }
  }

  public func count(of operation: GraphOperation) -> Int { operations.count { $0 == operation } }

  /// The number of convolutions for which `isCounted`.
  public func count(where isCounted: (GraphConvolution) -> Bool) -> Int {
    operations.count { if case .convolution(let convolution) = $0 { isCounted(convolution) } else { false } }
  }

  public var hasParametricRectifiers: Bool {
    operations.contains { if case .parametricRectifier = $0 { true } else { false } }
  }

  public var hasChannelShifts: Bool {
    operations.contains { if case .channelShift = $0 { true } else { false } }
  }

  /// The norms, in the graph's order.
  public var norms: [GraphNorm] { operations.compactMap { if case .norm(let norm) = $0 { norm } else { nil } } }

  /// The factors of the pixel shuffles, in the graph's order.
  public var shuffles: [Int] {
    operations.compactMap { if case .pixelShuffle(let factor) = $0 { factor } else { nil } }
  }

  /// The factor of the pixel unshuffle; 1 if there is none.
  public var unshuffling: Int {
    operations.lazy.compactMap { if case .pixelUnshuffle(let factor) = $0 { factor } else { nil } }.first ?? 1
  }
}
