import Layers

/// A network that PyTorch's files hold too: its configuration says all that makes its tensors' names and shapes.
public protocol PyTorchNetwork: Layer {
  associatedtype Configuration: Codable, Sendable, Equatable

  var configuration: Configuration { get }

  init(_ configuration: Configuration)

  /// Every tensor of the network, by its name in the files that others publish.
  static func pyTorchKeys(for configuration: Configuration) -> [PyTorchKey]
}
