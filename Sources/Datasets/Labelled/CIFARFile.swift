import Foundation

/// A binary file of CIFAR-10 or CIFAR-100: records of one label or two, coarse and fine, and 32x32 pixels in three planes.
package struct CIFARFile: Sendable, Equatable {
  package static let side = 32
  private static let pixels = side * side

  /// 10 or 100.
  package let classes: Int
  /// Fine ones of CIFAR-100.
  package let labels: [Int]
  /// Red, green and blue by turns.
  package let bytes: [UInt8]

  /// Throws `DatasetError` for a file that cannot be read or is none such.
  package init(contentsOf url: URL) throws(DatasetError) {
    try self.init(try BinaryData.contents(of: url), path: url.relativePath)
  }

  /// - Parameter path: the file's, for errors.
  package init(_ data: Data, path: String) throws(DatasetError) {
    let data = Array(data)
    for (classes, limits) in [(10, [10]), (100, [20, 100])] {
      let size = limits.count + 3 * Self.pixels
      guard !data.isEmpty, data.count % size == 0 else { continue }
      let records = stride(from: 0, to: data.count, by: size)
      let areLabels = records.allSatisfy { start in limits.indices.allSatisfy { Int(data[start + $0]) < limits[$0] } }
      guard areLabels else { continue }
      self.classes = classes
      labels = records.map { Int(data[$0 + limits.count - 1]) }
      bytes = records.flatMap { Self.interleaved(data[($0 + limits.count)..<($0 + size)]) }
      return
    }
    let sizes = "\(1 + 3 * Self.pixels) bytes (CIFAR-10) or \(2 + 3 * Self.pixels) (CIFAR-100)"
    throw .unreadableFile(
      path: path, problem: "its \(data.count) bytes are no records of \(sizes) that begin with labels of a class")
  }

  private static func interleaved(_ planes: ArraySlice<UInt8>) -> [UInt8] {
    let start = planes.startIndex
    return (0..<3 * pixels).map { planes[start + $0 % 3 * pixels + $0 / 3] }
  }
}
