import Foundation
import Layers

/// Type-erases a network's type and its configuration, for `NetworkDescription`.
protocol Described: Sendable {
  associatedtype Configuration: NetworkConfiguration

  var configuration: Configuration { get }
  var network: any Network.Type { get }
  var summary: String { get }
  var problem: String? { get }
  var initializer: Initializer { get }
  var tensorKeys: [TensorKey] { get }
  var parameterCount: Int { get }

  func makeNetwork() -> any Network
  func isEqual(to other: any Described) -> Bool
  func encoded(_ encoder: JSONEncoder) throws -> Data
  func recognized(in tensors: TensorShapes) -> (network: NetworkDescription, keys: [TensorKey])?
}

struct DescribedNetwork<N: Network>: Described {
  let configuration: N.Configuration

  var network: any Network.Type { N.self }
  var summary: String { N.summary(of: configuration) }
  var problem: String? { N.problem(with: configuration) }
  var initializer: Initializer { N.initializer(for: configuration) }
  var tensorKeys: [TensorKey] { N.tensorKeys(for: configuration) }
  var parameterCount: Int { outlined { N(configuration) }.parameterCount }

  func makeNetwork() -> any Network { N(configuration) }

  func isEqual(to other: any Described) -> Bool { (other as? Self)?.configuration == configuration }

  func encoded(_ encoder: JSONEncoder) throws -> Data { try encoder.encode(configuration) }

  func recognized(in tensors: TensorShapes) -> (network: NetworkDescription, keys: [TensorKey])? {
    N.recognized(in: tensors).map {
      (NetworkDescription(N.self, N.completing($0.configuration, from: configuration)), $0.keys)
    }
  }
}
