import Files
import Foundation
import Tensors

/// A tensor to write: its name in the file, its values and how they are stored.
public struct NamedTensor: Sendable {
  public enum Storage: Sendable {
    case float32
    /// Half the size. Writing throws if a value is out of range, beyond ±65504.
    case float16

    var elementType: ElementType { self == .float32 ? .float32 : .float16 }
  }

  public let name: String
  public let array: NDArray
  public let storage: Storage

  public init(_ name: String, _ array: NDArray, storage: Storage = .float32) {
    self.name = name
    self.array = array
    self.storage = storage
  }
}

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
        try append(tensor, to: file, url: url)
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
      let type = tensor.storage.elementType
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

  private static func append(_ tensor: NamedTensor, to file: FileInProgress, url: URL) throws {
    try tensor.array.withHostMemory { values in
      switch tensor.storage {
      case .float32:
        try file.append(UnsafeRawBufferPointer(values))
      case .float16:
        let halves = values.map { Float16($0) }
        guard zip(halves, values).allSatisfy({ $0.isFinite || !$1.isFinite }) else {
          throw CheckpointError(url, "tensor \(tensor.name) holds values too large for float16")
        }
        try halves.withUnsafeBytes { try file.append($0) }
      }
    }
  }
}
