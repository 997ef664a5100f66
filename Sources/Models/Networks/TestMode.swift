import Layers
import Tensors

/// How a generator's batch norm and dropout behave outside training. Without either, the modes do not differ.
public enum TestMode: String, Codable, Sendable, CaseIterable {
  /// Batch norm uses its running statistics, and there is no dropout.
  case running
  /// As in training (Isola et al. 2017, section 3.3): batch norm uses each image's own statistics, and dropout is on,
  /// with the same masks for every image so that results are reproducible.
  case asInTraining

  /// `network(input)` in this mode. In training, the mode has no effect. Otherwise, `asInTraining` runs the network
  /// image by image, and leaves its running statistics unchanged.
  func apply(_ network: (Tensor) -> Tensor, to input: Tensor) -> Tensor {
    guard self == .asInTraining, !TrainingContext.isActive else { return network(input) }
    let translated = (0..<input.shape[0]).map { image in
      TrainingContext.imitated { network(input.sliced(axis: 0, range: image..<image + 1)) }
    }
    return translated.count == 1 ? translated[0] : concatenated(translated, axis: 0)
  }
}

/// The configuration of a generator with a choice of how it behaves outside training.
public protocol TestModeConfiguration: GeneratorConfiguration {
  var atTest: TestMode { get set }
}

extension NetworkDescription {
  /// The same network, used in that mode; nil if it has no such choice.
  public func used(_ mode: TestMode) -> NetworkDescription? {
    func changed<N: Network>(_ network: N.Type) -> NetworkDescription? {
      guard var changed = configuration(of: network) as? any TestModeConfiguration else { return nil }
      changed.atTest = mode
      return (changed as? N.Configuration).map { NetworkDescription(network, $0) }
    }
    return changed(network)
  }
}

extension TestMode {
  var summary: String {
    switch self {
    case .running: ""
    case .asInTraining: ", used as in training"
    }
  }
}

extension KeyedDecodingContainer {
  /// Older model files, from before there was a choice, lack this setting.
  func decode(_ type: TestMode.Type, forKey key: Key) throws -> TestMode {
    try decodeIfPresent(type, forKey: key) ?? .running
  }
}
