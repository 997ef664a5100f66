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
