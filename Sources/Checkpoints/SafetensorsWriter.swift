import Files
import Foundation
import Tensors

extension Safetensors {
  /// Writes a file atomically. The same tensors in the same order and the same metadata give the same bytes.
  ///
  /// Throws a `CheckpointError` if a name occurs twice or is reserved, the header is too long, or a value is out of the
  /// storage's range; a `FileError` if the file cannot be written.
  public static func write(_ tensors: [NamedTensor], metadata: [String: String] = [:], to url: URL) throws {
    let header = try header(of: tensors, metadata: metadata, url: url)
    try AtomicFile.write(to: url) { file in
      try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.append($0) }
      try header.withUnsafeBytes { try file.append($0) }
      for tensor in tensors {
        try file.append(tensor.bytes(for: url))
      }
    }
  }

  private static func header(of tensors: [NamedTensor], metadata: [String: String], url: URL) throws -> [UInt8] {
    var names: Set<String> = ["__metadata__"]
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = try metadata.sorted { $0.key < $1.key }.map { try "\(quoted($0.key)):\(quoted($0.value))" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var end = 0
    for tensor in tensors {
      guard names.insert(tensor.name).inserted else {
        throw CheckpointError(url, "cannot hold two tensors named \(tensor.name)")
      }
      let type = tensor.elementType
      let start = end
      end += tensor.array.shape.count * type.size
      let shape = tensor.array.shape.dimensions.map(String.init).joined(separator: ",")
      let entry = #"{"dtype":"\#(type.rawValue)","shape":[\#(shape)],"data_offsets":[\#(start),\#(end)]}"#
      fields.append("\(try quoted(tensor.name)):\(entry)")
    }
    var text = Array("{\(fields.joined(separator: ","))}".utf8)
    // Aligns the values to 8 bytes, as the format's reference implementation does.
    text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    guard text.count <= largestHeader else {
      throw CheckpointError(url, "the names and metadata take \(text.count) bytes, more than the format allows")
    }
    return text
  }

  private static func quoted(_ string: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(string), as: UTF8.self)
  }
}
