import Checkpoints
import Foundation
import Images
import Pipelines
import Tensors

/// A model with its settings, loaded: what the command line's `upscale`, `translate` and `colorize` make of an image.
final class Computation {
  let identity: String
  /// Follows the names of results.
  let suffix: String
  private let run: (Image, BatchResult) throws -> Void

  /// Call it on the device that the settings name.
  ///
  /// - Parameter upscaler: of `settings.then`.
  ///
  /// Throws the library's errors for a model that cannot be used as asked.
  init(_ model: ModelFileOnShelf, _ settings: JobSettings, then upscaler: URL?) throws {
    if let obstacle = settings.precision.obstacle {
      throw Refusal.unusable("precision is \(settings.precision.rawValue), but \(obstacle)")
    }
    switch model.task {
    case .upscale:
      var pipeline = try Upscaler(
        modelAt: model.url, scale: settings.scale, denoising: settings.denoise, precision: settings.precision)
      (pipeline.usesEnsemble, pipeline.wrapsAround) = (settings.usesEnsemble, settings.wrapsAround)
      (identity, suffix) = (pipeline.identity, pipeline.suffix)
      run = { image, result in
        pipeline.memoryLimit = AvailableMemory.left(ofLimit: nil)
        try pipeline.upscale(image, into: result)
      }
    case .translate:
      var pipeline = try Translator(
        modelAt: model.url, direction: model.direction ?? settings.direction, size: settings.size,
        thenModelAt: upscaler,
        precision: settings.precision)
      (identity, suffix) = (pipeline.identity, "-\(model.name)")
      run = { image, result in
        pipeline.memoryLimit = AvailableMemory.left(ofLimit: nil)
        try pipeline.translate(image, into: result)
      }
    case .colorize:
      var pipeline = try Colorizer(
        modelAt: model.url, size: settings.size, strength: settings.strength, vividness: settings.vivid,
        precision: settings.precision)
      (identity, suffix) = (pipeline.identity, "-colorized")
      run = { image, result in
        pipeline.memoryLimit = AvailableMemory.left(ofLimit: nil)
        try result.write(pipeline.colorize(image))
      }
    }
  }

  func callAsFunction(_ image: Image, _ result: BatchResult) throws { try run(image, result) }
}
