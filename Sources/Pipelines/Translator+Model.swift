import Checkpoints
import Foundation
import Kernels

extension Translator {
  /// Loads a model from a model file, a PyTorch file or a finished run's folder.
  ///
  /// - Parameters:
  ///   - direction: which of a folder's two models, A to B if nil; of a file that says its own direction, only that one
  ///     is taken.
  ///   - precision: one whose `obstacle` is nil.
  public init(
    modelAt url: URL, direction: ModelDescription.Direction? = nil, precision: Precision = .float32
  ) throws {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
    var file = url
    if exists && isFolder.boolValue {
      file = url.appending(path: "\((direction ?? .aToB).rawValue).safetensors")
      guard FileManager.default.fileExists(atPath: file.path) else {
        throw ModelError.noModelInFolder(path: url.relativePath, expected: file.lastPathComponent)
      }
    }
    let model = try ModelFile(contentsOf: file)
    if let direction, let own = model.description.direction, own != direction {
      throw ModelError.otherDirection(path: url.relativePath, own: own.rawValue, asked: direction.rawValue)
    }
    let generator = try model.generator()
    let configuration = generator.configuration
    guard [1, 3].contains(configuration.inputChannels), [1, 3].contains(configuration.outputChannels) else {
      throw ModelError.unusableChannels(
        path: url.relativePath, input: configuration.inputChannels, output: configuration.outputChannels)
    }
    self.init(generator, precision: precision)
  }
}

/// A model that cannot be used as asked.
public enum ModelError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case noModelInFolder(path: String, expected: String)
  case otherDirection(path: String, own: String, asked: String)
  case unusableChannels(path: String, input: Int, output: Int)
  case notBundled(name: String, variable: String)

  public var description: String {
    switch self {
    case .noModelInFolder(let path, let expected):
      "\(path) holds no \(expected): expected a model file or the folder of a finished run"
    case .otherDirection(let path, let own, let asked):
      "\(path) translates \(own), not \(asked): leave --direction out, or give the other model"
    case .unusableChannels(let path, let input, let output):
      "\(path) turns \(input) channels into \(output), expected a model of images with 1 or 3 channels"
    case .notBundled(let name, let variable):
      "the bundled model \(name) is not where it is looked for: give a model with --model, or the folder of the bundled "
        + "ones in the environment's \(variable)"
    }
  }

  public var errorDescription: String? { description }
}
