import Foundation
import Models

extension VGGFeatures {
  /// Reads torchvision's `vgg16` or `vgg19`, saved as a whole or as its `features` alone, or the VGG16 with anti-aliased
  /// pooling of PyPI's stlpips-pytorch, `vgg_shift_tolerant.pth`. Throws if the file is damaged or of another network.
  public init(contentsOf url: URL, layers: LayerChoice = .vgg54) throws(CheckpointError) {
    let file = try TensorFile(contentsOf: url)
    let tensors = file.tensorsWithoutPrefixes()
    guard let found = Self.recognized(in: tensors.shapes) else {
      throw CheckpointError(
        url,
        "is not VGG16 or VGG19: expected torchvision's file, with convolutions from features.0.weight to "
          + "features.28.weight or features.34.weight, or that of stlpips-pytorch, from net.slice1.0.weight to "
          + "net.slice5.32.weight")
    }
    var configuration = found.configuration
    configuration.weights = layers.weights(in: configuration.depth)
    self = try file.filling(VGGFeatures(configuration), keys: found.keys, from: tensors)
  }
}
