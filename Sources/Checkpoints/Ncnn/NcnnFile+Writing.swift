import Files
import Foundation
import Models
import Tensors

extension NcnnFile {
  /// The graph and the weights, of which either is named.
  static func pair(of url: URL) -> [URL] {
    ["param", "bin"].map { url.deletingPathExtension().appendingPathExtension($0) }
  }

  /// Writes a network as ncnn's pair, each file atomically.
  ///
  /// Throws a `CheckpointError` if ncnn's layers cannot hold the network, as far as they are known here, or a value is out of
  /// its storage's range; a `FileError` if a file cannot be written.
  ///
  /// - Parameters:
  ///   - tensors: those of the network, by the names in its files.
  ///   - url: either file.
  static func write(_ described: DescribedGraph, _ tensors: [NamedTensor], to url: URL) throws {
    let files = pair(of: url)
    let writer = try NcnnWriter(described, tensors, for: url)
    try AtomicFile.write(to: files[1]) { file in
      for part in writer.weights { try file.append(part) }
    }
    try AtomicFile.write(Data(writer.text.utf8), to: files[0])
  }
}
