import Foundation
import Tensors

/// The position and layout of a tensor's values in a file, checked against the file's size on creation.
public struct StoredTensor: Sendable, Equatable {
  public let name: String
  public let shape: Shape
  public let elementType: ElementType
  /// Strides in elements, one per axis, because PyTorch files contain transposed and overlapping views.
  let strides: [Int]
  /// The position of the first value, in bytes from the start of the file.
  let start: Int

  /// A tensor whose values are in row-major order and fill `bytes`.
  init(name: String, dimensions: [Int], elementType: ElementType, bytes: Range<Int>) throws(MalformedFile) {
    let count = try Self.count(of: dimensions, name: name)
    let (size, overflow) = count.multipliedReportingOverflow(by: elementType.size)
    guard !overflow, size == bytes.count else {
      throw MalformedFile(
        "tensor \(name) of shape \(dimensions) and type \(elementType.rawValue) does not fill its \(bytes.count) bytes")
    }
    self.name = name
    shape = Shape(dimensions)
    self.elementType = elementType
    strides = Self.rowMajorStrides(of: dimensions)
    start = bytes.lowerBound
  }

  /// A view of a storage, which is the range `storage` of the file's bytes; `offset` and `strides` are in elements.
  init(
    name: String, dimensions: [Int], strides: [Int], offset: Int, elementType: ElementType, storage: Range<Int>
  ) throws(MalformedFile) {
    let count = try Self.count(of: dimensions, name: name)
    guard strides.count == dimensions.count, offset >= 0, strides.allSatisfy({ $0 >= 0 }) else {
      throw MalformedFile("tensor \(name) has strides \(strides) and offset \(offset), which do not fit \(dimensions)")
    }
    let available = storage.count / elementType.size
    var last = offset
    for (size, stride) in zip(dimensions, strides) where count > 0 {
      let (reach, tooFar) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, tooBig) = last.addingReportingOverflow(reach)
      guard !tooFar, !tooBig else { throw MalformedFile("tensor \(name) reaches beyond its storage") }
      last = sum
    }
    // A view that repeats values (stride 0) must not have more values than its storage, so that memory is bounded by
    // the file's size.
    guard count == 0 || (last < available && count <= available) else {
      throw MalformedFile(
        "tensor \(name) of shape \(dimensions) reaches beyond its storage of \(available) values")
    }
    self.name = name
    shape = Shape(dimensions)
    self.elementType = elementType
    self.strides = strides
    start = storage.lowerBound + (count == 0 ? 0 : offset * elementType.size)
  }

  private static func count(of dimensions: [Int], name: String) throws(MalformedFile) -> Int {
    guard dimensions.count <= 32 else { throw MalformedFile("tensor \(name) has \(dimensions.count) axes") }
    var count = 1
    for size in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { throw MalformedFile("tensor \(name) has the impossible shape \(dimensions)") }
      count = product
    }
    return count
  }

  private static func rowMajorStrides(of dimensions: [Int]) -> [Int] {
    var strides = dimensions
    var stride = 1
    for axis in dimensions.indices.reversed() {
      strides[axis] = stride
      stride *= max(dimensions[axis], 1)
    }
    return strides
  }

  /// The size of the values in bytes, if stored without gaps.
  public var byteCount: Int { shape.count * elementType.size }

  /// The values as float32 in row-major order.
  func array(in file: Data) -> NDArray {
    NDArray(shape: shape) { destination in
      guard let destination = destination.baseAddress, shape.count > 0 else { return }
      file.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        if strides == Self.rowMajorStrides(of: shape.dimensions) {
          elementType.read(base + start, count: shape.count, stride: 1, into: destination)
        } else {
          gather(base + start, into: destination)
        }
      }
    }
  }

  /// Reads row by row along the last axis, incrementing the outer axes' position like an odometer.
  private func gather(_ first: UnsafeRawPointer, into destination: UnsafeMutablePointer<Float>) {
    let dimensions = shape.dimensions
    let row = dimensions.last ?? 1
    var position = Array(repeating: 0, count: max(dimensions.count - 1, 0))
    for rowIndex in 0..<(shape.count / row) {
      let offset = zip(position, strides).reduce(0) { $0 + $1.0 * $1.1 }
      elementType.read(
        first + offset * elementType.size, count: row, stride: strides.last ?? 1, into: destination + rowIndex * row)
      for axis in position.indices.reversed() {
        position[axis] += 1
        if position[axis] < dimensions[axis] { break }
        position[axis] = 0
      }
    }
  }
}
