import Checkpoints
import Foundation
import Models
import Tensors

extension Translator {
  /// Loads a model from a model file, a PyTorch file or a finished run's folder.
  ///
  /// - Parameters:
  ///   - direction: which of an unpaired run's two models to load, A to B if nil; a model that states its direction
  ///     must agree.
  ///   - mode: how batch norm and dropout behave, if not as the model describes; nil for that.
  ///   - size: as in `init(_:size:then:precision:)`.
  ///   - upscaler: the same of a model for upscaling, in its largest scale.
  ///   - precision: one that this machine supports, whose `obstacle` is nil.
  ///
  /// Throws `CheckpointError` or `ModelError`.
  public init(
    modelAt url: URL, direction: ModelDescription.Direction? = nil, atTest mode: TestMode? = nil, size: Int? = nil,
    thenModelAt upscaler: URL? = nil, precision: Precision = .float32
  ) throws {
    // An unpaired run leaves a model for each direction, a paired one only `generator`.
    let model = try ModelFile(
      at: url, orInRunFolder: [(direction ?? .aToB).rawValue, "generator"], direction: direction)
    if let direction, let own = model.description.direction, own != direction {
      throw ModelError.otherDirection(path: url.relativePath, own: own.rawValue, asked: direction.rawValue)
    }
    guard !model.description.isColorization else { throw ModelError.colorization(path: url.relativePath) }
    let generator = try model.generator(atTest: mode)
    let upscaler = try upscaler.map { url in
      do {
        return try Upscaler(modelAt: url, precision: precision)
      } catch let error as CheckpointError {
        // What else the model could be used for does not help here.
        throw CheckpointError(file: error.file, problem: error.problem)
      }
    }
    do {
      try self.init(generator, size: size, then: upscaler, precision: precision)
    } catch let error as TranslationError {
      throw ModelError.translation(path: url.relativePath, error)
    }
  }
}
