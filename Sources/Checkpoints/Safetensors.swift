import Foundation
import Tensors

/// The safetensors format: the header's length in 8 bytes, a JSON header, then the values of all tensors without gaps.
///
/// Documented at https://github.com/huggingface/safetensors.
public enum Safetensors {
  /// The format's limit on the header, in bytes.
  static let largestHeader = 100_000_000

  static func recognises(_ file: Data) -> Bool {
    file.count > 8 && file[8] == UInt8(ascii: "{")
  }

  static func parse(_ file: Data) throws(MalformedFile) -> (metadata: [String: String], tensors: [StoredTensor]) {
    let length = file.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }.littleEndian
    guard length <= UInt64(min(largestHeader, file.count - 8)) else {
      throw MalformedFile("is truncated or damaged: its header should take \(length) bytes, the file has \(file.count)")
    }
    let dataStart = 8 + Int(length)
    let header = try SafetensorsHeader([UInt8](file[8..<dataStart]))
    var tensors: [StoredTensor] = []
    for (name, entry) in header.entries {
      tensors.append(try tensor(name, entry, dataStart: dataStart, available: file.count - dataStart))
    }
    tensors.sort { $0.start < $1.start || ($0.start == $1.start && $0.byteCount < $1.byteCount) }
    var end = dataStart
    for tensor in tensors {
      guard tensor.start == end else {
        throw MalformedFile("tensor \(tensor.name) overlaps the one before it or leaves a gap after it")
      }
      end += tensor.byteCount
    }
    guard end == file.count else {
      throw MalformedFile("has \(file.count - end) bytes after its last tensor")
    }
    return (header.metadata, tensors)
  }

  private static func tensor(
    _ name: String, _ entry: SafetensorsHeader.Entry, dataStart: Int, available: Int
  ) throws(MalformedFile) -> StoredTensor {
    guard let type = entry.type, let shape = entry.shape, let offsets = entry.offsets, offsets.count == 2 else {
      throw MalformedFile("tensor \(name) lacks its type, shape or offsets")
    }
    guard let elementType = ElementType(rawValue: type) else {
      let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw MalformedFile("tensor \(name) has the type \(type), expected one of \(known)")
    }
    guard offsets[0] <= offsets[1], offsets[1] <= available else {
      throw MalformedFile(
        "is truncated or damaged: tensor \(name) lies at \(offsets[0]) to \(offsets[1]) of \(available) bytes")
    }
    return try StoredTensor(
      name: name, dimensions: shape, elementType: elementType,
      bytes: (dataStart + offsets[0])..<(dataStart + offsets[1]))
  }
}
