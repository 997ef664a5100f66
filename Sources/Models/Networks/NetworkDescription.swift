import Foundation
import Layers

/// A network and its configuration, whichever it is: what model files and recipes hold.
public struct NetworkDescription: Sendable, Equatable {
  /// What a network may take and make, whatever a file says.
  static let channelCounts = 1...1024

  let described: any Described

  public init<N: Network>(_ network: N.Type, _ configuration: N.Configuration) {
    described = DescribedNetwork<N>(configuration: configuration)
  }

  /// Of the default configuration.
  public init(_ network: any Network.Type) {
    self = Self.ofDefault(network)
  }

  private static func ofDefault<N: Network>(_ network: N.Type) -> NetworkDescription {
    NetworkDescription(network, N.Configuration())
  }

  /// Of one that was built.
  public init(of network: some Network) {
    self.init(type(of: network), network.configuration)
  }

  public static func == (left: NetworkDescription, right: NetworkDescription) -> Bool {
    left.described.isEqual(to: right.described)
  }

  public var network: any Network.Type { described.network }
  public var name: String { network.name }
  /// For a person.
  public var summary: String { described.summary }
  /// Why it cannot be built, in words; nil if it can.
  public var problem: String? { described.problem }
  public var initializer: Initializer { described.initializer }

  /// With all weights 0. Requires `problem` to be nil.
  public func makeNetwork() -> any Network { described.makeNetwork() }

  /// Nil for another network.
  public func configuration<N: Network>(of network: N.Type) -> N.Configuration? {
    (described as? DescribedNetwork<N>)?.configuration
  }

  /// The names and shapes of its tensors. Requires `problem` to be nil.
  public var tensorKeys: [TensorKey] { described.tensorKeys }

  /// The number of values that training changes. Requires `problem` to be nil.
  public var parameterCount: Int { described.parameterCount }

  /// What a file's tensors are, if they are this network's, in whatever configuration: with what tensors do not tell from
  /// this description.
  public func recognized(in tensors: TensorShapes) -> (network: NetworkDescription, keys: [TensorKey])? {
    described.recognized(in: tensors)
  }

  /// What a file's tensors are, if they are `network`'s, in whatever configuration.
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
  /// Throws `DecodingError` for what is no configuration of the network. That it can be built, `problem` says.
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
