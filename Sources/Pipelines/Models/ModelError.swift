import Foundation

/// A model that cannot be used as asked.
public enum ModelError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case noModelInFolder(path: String, expected: String)
  case otherDirection(path: String, own: String, asked: String)
  /// A model that colours photographs, given where one that translates images is expected.
  case colorization(path: String)
  /// A model that translates images, given where one that colours photographs is expected.
  case noColorization(path: String, network: String)
  /// A model that cannot translate or upscale as asked.
  case translation(path: String, TranslationError)
  case upscaling(path: String, UpscalingError)
  /// `expected` is the name of the file that denoising needs.
  case noDenoisingPartner(path: String, expected: String)
  case otherDenoisingPartner(path: String, network: String, expected: String)

  public var description: String {
    switch self {
    case .noModelInFolder(let path, let expected):
      "\(path) holds no \(expected): expected a model file or the folder of a finished run"
    case .otherDirection(let path, let own, let asked):
      "\(path) translates \(own), not \(asked)"
    case .colorization(let path):
      "\(path) colours gray photographs, expected a model that translates images"
    case .noColorization(let path, let network):
      "\(path) is a \(network), which translates images, expected a model that colours gray photographs, 1 to 2 channels"
    case .translation(let path, let error):
      "\(path): \(error)"
    case .upscaling(let path, let error):
      "\(path): \(error)"
    case .noDenoisingPartner(let path, let expected):
      "\(path) cannot denoise: that takes a second model beside it, \(expected)"
    case .otherDenoisingPartner(let path, let network, let expected):
      "\(path) holds \(network), expected the network of the model beside it, \(expected)"
    }
  }

  public var errorDescription: String? { description }
}
