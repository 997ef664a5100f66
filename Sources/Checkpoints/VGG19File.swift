import Foundation
import Models
import Tensors

extension VGG19Features {
  /// Reads torchvision's `vgg19`, saved as a whole or as its `features` alone. Throws if the file is damaged or not
  /// VGG19.
  public init(contentsOf url: URL, _ configuration: Configuration = Configuration()) throws(CheckpointError) {
    let file = try TensorFile(contentsOf: url)
    var tensors = file.tensorsWithoutPrefixes()
    if tensors["features.0.weight"] == nil {
      tensors = Dictionary(uniqueKeysWithValues: tensors.map { ("features.\($0)", $1) })
    }
    let keys = Self.tensorKeys(for: configuration)
    for key in keys where tensors[key.key]?.shape != key.shape {
      let found = tensors[key.key].map { "\(key.key) is \($0.shape)" } ?? "it has no \(key.key)"
      throw CheckpointError(
        url, "is not torchvision's VGG19: \(found), expected \(key.shape)")
    }
    self = try file.filling(VGG19Features(configuration), keys: keys, from: tensors)
  }
}
