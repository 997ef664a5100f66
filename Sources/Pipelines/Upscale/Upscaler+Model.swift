import Checkpoints
import Foundation
import Tensors

extension Upscaler {
  /// Loads a model from a model file, a PyTorch file, either of a pair of ncnn's or a finished run's folder.
  ///
  /// - Parameters:
  ///   - scale: the factor of enlargement, from 1 to the model's; the model's if nil.
  ///   - precision: one that this machine supports, whose `obstacle` is nil.
  ///
  /// Throws `CheckpointError` or `ModelError`.
  public init(
    modelAt url: URL, scale: Int? = nil, tileSize: TileSize = .automatic, precision: Precision = .float32
  ) throws {
    let network = try ModelFile(at: url, orInRunFolder: ["generator"]).upscaler()
    do {
      try self.init(network, scale: scale, tileSize: tileSize, precision: precision)
    } catch let error as UpscalingError {
      throw ModelError.upscaling(path: url.relativePath, error)
    }
  }
}
