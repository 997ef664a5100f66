import Layers

/// A network that `guise bench` can time.
public struct NetworkBenchmark: Sendable {
  /// The name on the command line, such as `resnet9`.
  public let name: String
  public let network: NetworkDescription
  /// In networks without norms, it must keep activations from vanishing or exploding.
  public let initializer: Initializer

  public init<N: Network>(
    _ name: String, _ network: N.Type, _ configuration: N.Configuration, initializer: Initializer? = nil
  ) {
    self.name = name
    self.network = NetworkDescription(network, configuration)
    self.initializer = initializer ?? N.initializer(for: configuration)
  }
}
