import Foundation
import Models
import Tensors

extension PerceptualDistance {
  /// Reads AlexNet or VGG16 as torchvision saves them, and the weights of their layers as PyPI's lpips has them; or one
  /// file with both, as it saves its whole module. Throws if a file is damaged, or holds something else.
  ///
  /// - Parameter linear: the file of the weights; nil if they are in the network's file.
  public init(contentsOf url: URL, linear: URL?) throws(CheckpointError) {
    let file = try TensorFile(contentsOf: url)
    let network = try Self.network(in: file)
    let weightFile = if let linear { try TensorFile(contentsOf: linear) } else { file }
    self.init(
      network, weights: try Self.weights(in: weightFile, channels: network.layerChannels, isOwnFile: linear != nil))
  }

  private static func network(in file: TensorFile) throws(CheckpointError) -> any PerceptualNetwork {
    let tensors = file.tensorsWithoutPrefixes()
    let shapes = tensors.shapes
    if let found = AlexNetFeatures.recognized(in: shapes) {
      return try file.filling(AlexNetFeatures(found.configuration), keys: found.keys, from: tensors)
    }
    if let found = VGGFeatures.recognized(in: shapes), found.configuration.depth == .vgg16 {
      var configuration = found.configuration
      configuration.weights = VGGFeatures.LayerChoice.realESRGAN.weights(in: .vgg16)
      return try file.filling(VGGFeatures(configuration), keys: found.keys, from: tensors)
    }
    throw CheckpointError(
      file.url,
      "is neither AlexNet nor VGG16: expected torchvision's file, with tensors from features.0.weight on, or that of a "
        + "whole LPIPS, from net.slice1.0.weight on")
  }

  private static func weights(
    in file: TensorFile, channels: [Int], isOwnFile: Bool
  ) throws(CheckpointError) -> [NDArray] {
    let tensors = file.tensorsWithoutPrefixes()
    var weights: [NDArray] = []
    for (index, count) in channels.enumerated() {
      let name = "lin\(index).model.1.weight"
      guard let tensor = tensors[name] else {
        throw CheckpointError(
          file.url,
          "lacks \(name), the weights of LPIPS' layers"
            + (isOwnFile ? ": expected the file of PyPI's lpips, weights/v0.1/alex.pth or vgg.pth" : ""))
      }
      guard tensor.shape == [1, count, 1, 1] else {
        throw CheckpointError(
          file.url,
          "holds \(name) of the shape \(tensor.shape), expected [1, \(count), 1, 1]: it is for another network")
      }
      weights.append(file.array(of: tensor.stored))
    }
    return weights
  }
}
