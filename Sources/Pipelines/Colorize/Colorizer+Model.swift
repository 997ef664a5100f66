import Checkpoints
import Foundation
import Tensors

extension Colorizer {
  /// Loads a model from a model file, a PyTorch file or a finished run's folder.
  ///
  /// - Parameters: those of `init(_:size:strength:vividness:precision:)`.
  ///
  /// Throws `CheckpointError`, `ModelError` or `ColorizationError`.
  public init(
    modelAt url: URL, size: Int? = nil, strength: Double = 1, vividness: Double? = nil,
    precision: Precision = .float32
  ) throws {
    let model = try ModelFile(at: url, orInRunFolder: ["generator"])
    let network = try model.generator()
    guard network.inputChannels == 1, network.outputChannels == 2 else {
      throw ModelError.noColorization(path: url.relativePath, network: model.description.network.summary)
    }
    try self.init(network, size: size, strength: strength, vividness: vividness, precision: precision)
  }
}
