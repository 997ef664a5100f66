import Files
import Foundation

extension PyTorchFile {
  /// Writes a state dictionary atomically, in the zip format of PyTorch 1.6 and later. The same tensors give the same bytes.
  ///
  /// Throws a `CheckpointError` if a value is out of the storage's range or the file would be larger than 4 GB; a `FileError`
  /// if the file cannot be written.
  static func write(_ tensors: [NamedTensor], to url: URL) throws {
    try AtomicFile.write(to: url) { file in
      var archive = ZipWriter(file, for: url)
      try archive.add("archive/data.pkl", PickleWriter(tensors).bytes)
      try archive.add("archive/byteorder", Array("little".utf8))
      for (index, tensor) in tensors.enumerated() {
        try archive.add("archive/data/\(index)", tensor.bytes(for: url))
      }
      try archive.add("archive/version", Array("3\n".utf8))
      try archive.finish()
    }
  }
}
