import Foundation
import Models

extension EfficientNetLite0 {
  /// Reads the file of EfficientNet-PyTorch, `efficientnet-lite0-….pth`. Throws if the file is damaged or of another
  /// network.
  public init(contentsOf url: URL) throws(CheckpointError) {
    let file = try TensorFile(contentsOf: url)
    let tensors = file.tensorsWithoutPrefixes()
    let shapes = tensors.shapes
    guard let found = Self.recognized(in: shapes) else {
      throw CheckpointError(
        url,
        "is not EfficientNet-Lite0: expected its PyTorch file, with tensors such as _conv_stem.weight and _fc.weight")
    }
    if let problem = found.keys.mismatch(with: shapes) {
      throw CheckpointError(url, "is not EfficientNet-Lite0: \(problem)")
    }
    self = try file.filling(EfficientNetLite0(found.configuration), keys: found.keys, from: tensors)
  }
}
