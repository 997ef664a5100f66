import Checkpoints
import Foundation
import Tensors

extension Upscaler {
  /// Loads a model from a model file, a PyTorch file, either of a pair of ncnn's or a finished run's folder.
  ///
  /// - Parameters:
  ///   - scale: the factor of enlargement, one of `scales`; the model's if nil.
  ///   - denoising: how much noise and grain to remove, from 0 (the model as it is) to 1 (the weights of the file
  ///     `NAME-denoise` beside it).
  ///   - precision: one that this machine supports, whose `obstacle` is nil.
  ///
  /// Throws `CheckpointError` or `ModelError`.
  public init(
    modelAt url: URL, scale: Double? = nil, denoising: Double = 0, tileSize: TileSize = .automatic,
    precision: Precision = .float32
  ) throws {
    let model = try ModelFile(at: url, orInRunFolder: ["generator"])
    do {
      guard Self.denoisingStrengths.contains(denoising) else {
        throw UpscalingError.unusableDenoising(asked: denoising)
      }
      let network = try model.upscaler(denoising: denoising)
      try self.init(network, scale: scale, tileSize: tileSize, precision: precision)
    } catch let error as UpscalingError {
      throw ModelError.upscaling(path: url.relativePath, error)
    }
  }
}
