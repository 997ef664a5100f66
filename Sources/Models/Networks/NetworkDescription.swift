import Foundation
import Layers

/// A network's type and configuration, type-erased, as model files and recipes hold them.
public struct NetworkDescription: Sendable, Equatable {
  /// The bounds on input and output channels, which a file cannot exceed.
  static let channelCounts = 1...1024

  let described: any Described

  public init<N: Network>(_ network: N.Type, _ configuration: N.Configuration) {
    described = DescribedNetwork<N>(configuration: configuration)
  }

  /// Describes a network in its default configuration.
  public init(_ network: any Network.Type) {
    self = Self.ofDefault(network)
  }

  private static func ofDefault<N: Network>(_ network: N.Type) -> NetworkDescription {
    NetworkDescription(network, N.Configuration())
  }

  /// Describes an existing network.
  public init(of network: some Network) {
    self.init(type(of: network), network.configuration)
  }

  public static func == (left: NetworkDescription, right: NetworkDescription) -> Bool {
    left.described.isEqual(to: right.described)
  }

  public var network: any Network.Type { described.network }
  public var name: String { network.name }
  /// A summary for users.
  public var summary: String { described.summary }
  /// Why the network cannot be built, as a message; nil if it can.
  public var problem: String? { described.problem }
  public var initializer: Initializer { described.initializer }

  /// Builds the network with all weights 0. Requires `problem` to be nil.
  public func makeNetwork() -> any Network { described.makeNetwork() }

  /// The configuration, if it is of this network; nil otherwise.
  public func configuration<N: Network>(of network: N.Type) -> N.Configuration? {
    (described as? DescribedNetwork<N>)?.configuration
  }

  /// The names, shapes and layouts of its tensors in files. Requires `problem` to be nil.
  public var tensorKeys: [TensorKey] { described.tensorKeys }

  /// The number of trainable values. Requires `problem` to be nil.
  public var parameterCount: Int { described.parameterCount }

  /// The network and the tensors' names recognised in a file, if it is this network in any configuration; nil
  /// otherwise. Settings that tensors cannot show come from this description.
  public func recognized(in tensors: TensorShapes) -> (network: NetworkDescription, keys: [TensorKey])? {
    described.recognized(in: tensors)
  }

  /// The network and the tensors' names recognised in a file, if it is `network` in any configuration; nil otherwise.
  public static func recognized(
    _ network: any Network.Type, in tensors: TensorShapes
  ) -> (network: NetworkDescription, keys: [TensorKey])? {
    func recognized<N: Network>(_ network: N.Type) -> (network: NetworkDescription, keys: [TensorKey])? {
      N.recognized(in: tensors).map { (NetworkDescription(network, $0.configuration), $0.keys) }
    }
    return recognized(network)
  }
}

/// The configuration as JSON.
extension NetworkDescription {
  /// Throws `DecodingError` if the JSON is not a configuration of the network. Whether it can be built is left to
  /// `problem`.
  public init(_ network: any Network.Type, json: String) throws {
    func read<N: Network>(_ network: N.Type) throws -> NetworkDescription {
      NetworkDescription(network, try JSONDecoder().decode(N.Configuration.self, from: Data(json.utf8)))
    }
    self = try read(network)
  }

  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try described.encoded(encoder), as: UTF8.self)
  }
}
