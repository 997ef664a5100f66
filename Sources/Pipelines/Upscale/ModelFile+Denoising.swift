import Checkpoints
import Foundation
import Models

extension ModelFile {
  /// The file with the weights that remove noise: `photo-denoise.safetensors` beside `photo.safetensors`.
  var denoisingURL: URL {
    let stem = file.url.deletingPathExtension().relativePath
    return URL(filePath: "\(stem)-denoise.\(file.url.pathExtension)", relativeTo: file.url.baseURL)
  }

  /// A network between this model (0) and its denoising partner (1), which was trained from the same weights to remove
  /// noise and grain. Throws `CheckpointError`, or `ModelError` if there is no such partner.
  func upscaler(denoising strength: Double) throws -> any UpscalingNetwork {
    let network = try upscaler()
    guard strength > 0 else { return network }
    guard FileManager.default.fileExists(atPath: denoisingURL.path) else {
      throw ModelError.noDenoisingPartner(path: file.url.relativePath, expected: denoisingURL.lastPathComponent)
    }
    let partner = try ModelFile(contentsOf: denoisingURL)
    guard partner.description.network == description.network else {
      throw ModelError.otherDenoisingPartner(
        path: denoisingURL.relativePath, network: partner.description.network.summary,
        expected: description.network.summary)
    }
    try network.interpolate(towardsEqual: partner.upscaler(), share: strength)
    return network
  }
}
