import Checkpoints
import Foundation
import Tensors

extension Upscaler {
  /// Loads a model from a model file, a PyTorch file or a finished run's folder.
  ///
  /// - Parameters:
  ///   - scale: of the results, the model's if nil; at most the model's.
  ///   - precision: one whose `obstacle` is nil.
  public init(
    modelAt url: URL, scale: Int? = nil, tileSize: TileSize = .automatic, precision: Precision = .float32
  ) throws {
    let network = try ModelFile(at: url, orInRunFolder: ["generator"]).upscaler()
    do {
      try self.init(network, scale: scale, tileSize: tileSize, precision: precision)
    } catch let error as UpscalingError {
      throw NamedError(description: "\(url.relativePath): \(error)")
    }
  }
}
