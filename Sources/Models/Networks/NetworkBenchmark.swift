import Layers

/// A network as `guise bench` times it.
public struct NetworkBenchmark: Sendable {
  /// `resnet9`.
  public let name: String
  public let network: NetworkDescription
  /// Without norms, activations keep their size only where the weights' does not make it vanish or explode.
  public let initializer: Initializer

  public init<N: Network>(
    _ name: String, _ network: N.Type, _ configuration: N.Configuration, initializer: Initializer? = nil
  ) {
    self.name = name
    self.network = NetworkDescription(network, configuration)
    self.initializer = initializer ?? N.initializer(for: configuration)
  }
}
