import Foundation
import Models

extension Networks {
  /// Reads a network by whose features sets of images are compared, whichever of `features` the file holds: a published
  /// network, or a classifier that Guise trained.
  ///
  /// Throws if the file is damaged or of another network.
  public static func featureNetwork(contentsOf url: URL) throws(CheckpointError) -> any FeatureNetwork {
    let file = try TensorFile(contentsOf: url)
    if ModelDescription.isPresent(in: file.metadata) { return try ModelFile(file).featureNetwork() }
    for network in features {
      if let found = try network.recognized(in: file) { return found }
    }
    let expected = features.map { $0.title }.sorted()
    throw CheckpointError(
      url,
      "holds no network by whose features images can be compared: expected the whole file of "
        + "\(SettingText.alternatives(expected)), as torchvision, pytorch-fid, stlpips-pytorch, EfficientNet-PyTorch or Guise "
        + "save it")
  }
}

extension FeatureNetwork {
  /// Nil if the file is another network's.
  fileprivate static func recognized(in file: TensorFile) throws(CheckpointError) -> Self? {
    let tensors = file.tensorsWithoutPrefixes()
    guard let found = recognized(in: tensors.shapes) else { return nil }
    // Classifiers that are not used are left aside.
    let names = Set(found.keys.map(\.key))
    let used = tensors.limited(to: names).shapes
    if let problem = found.keys.mismatch(with: used) { throw CheckpointError(file.url, "is not \(title): \(problem)") }
    return try file.filling(
      Self(configurationForFeatures(found.configuration)), keys: found.keys, from: tensors)
  }
}
