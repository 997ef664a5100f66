import Foundation
import Tensors

/// A tensor to write: its name in the file, its values and how they are stored.
public struct NamedTensor: Sendable {
  public enum Storage: String, Sendable, CaseIterable {
    case float32
    /// Half the size. Writing throws if a value is out of range, beyond ±65504.
    case float16
  }

  public let name: String
  public let array: NDArray
  let elementType: ElementType

  public init(_ name: String, _ array: NDArray, storage: Storage = .float32) {
    self.name = name
    self.array = array
    elementType = storage == .float32 ? .float32 : .float16
  }

  /// Whole numbers, which are places in other tensors.
  init(_ name: String, index: NDArray) {
    self.name = name
    array = index
    elementType = .int64
  }

  var byteCount: Int { array.shape.count * elementType.size }

  /// The values as they are stored, little-endian in row-major order. Throws a `CheckpointError`, which names the file, if a
  /// value is out of the storage's range.
  func bytes(for url: URL) throws -> [UInt8] {
    try array.withHostMemory { values in
      switch elementType {
      case .float32:
        return [UInt8](UnsafeRawBufferPointer(values))
      case .int64:
        return values.flatMap { Int64($0).littleEndianBytes }
      default:
        let halves = values.map { Float16($0) }
        guard zip(halves, values).allSatisfy({ $0.isFinite || !$1.isFinite }) else {
          throw CheckpointError(url, "tensor \(name) holds values too large for float16")
        }
        return halves.withUnsafeBytes { [UInt8]($0) }
      }
    }
  }
}
