import Layers
import Tensors

/// How a generator's batch norm and dropout behave once it is trained. Without either there is no difference.
public enum TestMode: String, Codable, Sendable, CaseIterable {
  /// Batch norm by its running statistics, no dropout.
  case running
  /// As in training, after the paper (Isola et al. 2017, section 3.3): batch norm by each image's own statistics, and
  /// dropout, whose masks are the same for every image, so that a result can be had again.
  case asInTraining

  /// `network(input)`. In training it is that alone; outside of it, a network that behaves as in training gets image by
  /// image, and its running statistics stay what they are.
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
  /// Model files from before there was a choice lack it.
  func decode(_ type: TestMode.Type, forKey key: Key) throws -> TestMode {
    try decodeIfPresent(type, forKey: key) ?? .running
  }
}
