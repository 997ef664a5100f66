import Checkpoints
import Foundation
import Tensors

extension Translator {
  /// Loads a model from a model file, a PyTorch file or a finished run's folder.
  ///
  /// - Parameters:
  ///   - direction: which of an unpaired run's two models, A to B if nil; of a model that says its own direction, only
  ///     that one is taken.
  ///   - precision: one whose `obstacle` is nil.
  public init(
    modelAt url: URL, direction: ModelDescription.Direction? = nil, precision: Precision = .float32
  ) throws {
    // An unpaired run leaves a model for each direction, a paired one a single model.
    let model = try ModelFile(at: url, orInRunFolder: [(direction ?? .aToB).rawValue, "generator"])
    if let direction, let own = model.description.direction, own != direction {
      throw ModelError.otherDirection(path: url.relativePath, own: own.rawValue, asked: direction.rawValue)
    }
    guard !model.description.isColorization else { throw ModelError.colorization(path: url.relativePath) }
    let generator = try model.generator()
    guard [1, 3].contains(generator.inputChannels), [1, 3].contains(generator.outputChannels) else {
      throw ModelError.unusableChannels(
        path: url.relativePath, input: generator.inputChannels, output: generator.outputChannels)
    }
    self.init(generator, precision: precision)
  }
}

/// A model that cannot be used as asked.
public enum ModelError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case noModelInFolder(path: String, expected: String)
  case otherDirection(path: String, own: String, asked: String)
  case unusableChannels(path: String, input: Int, output: Int)
  case colorization(path: String)
  case noColorization(path: String, network: String)
  case notBundled(name: String, variable: String)

  public var description: String {
    switch self {
    case .noModelInFolder(let path, let expected):
      "\(path) holds no \(expected): expected a model file or the folder of a finished run"
    case .otherDirection(let path, let own, let asked):
      "\(path) translates \(own), not \(asked): leave --direction out, or give the other model"
    case .unusableChannels(let path, let input, let output):
      "\(path) turns \(input) channels into \(output), expected a model of images with 1 or 3 channels"
    case .colorization(let path):
      "\(path) colours gray photographs: use guise colorize, or give a model that translates images"
    case .noColorization(let path, let network):
      "\(path) is a \(network), which translates images: use guise translate, or give a model that colours gray "
        + "photographs, 1 to 2 channels"
    case .notBundled(let name, let variable):
      "the bundled model \(name) is not where it is looked for: give a model with --model, or the folder of the bundled "
        + "ones in the environment's \(variable)"
    }
  }

  public var errorDescription: String? { description }
}
