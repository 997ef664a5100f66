import Checkpoints
import Foundation

extension ModelFile {
  /// Reads a model file, a PyTorch file, either of a pair of ncnn's or, from a finished run's folder, the first model
  /// found under one of several names.
  ///
  /// - Parameters:
  ///   - names: in order of preference, without extension.
  ///   - direction: which of two generators in one file to take.
  ///
  /// Throws `CheckpointError` or `ModelError`.
  init(
    at url: URL, orInRunFolder names: [String], direction: ModelDescription.Direction? = nil
  ) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue else {
      try self.init(contentsOf: url, direction: direction)
      return
    }
    let files = names.map { url.appending(path: "\($0).safetensors") }
    guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
      let expected = files.map(\.lastPathComponent).joined(separator: " or ")
      throw ModelError.noModelInFolder(path: url.relativePath, expected: expected)
    }
    try self.init(contentsOf: file)
  }
}
