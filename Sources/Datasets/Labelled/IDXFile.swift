import Foundation

/// An array of bytes as MNIST's files hold it: the kind of its elements, its dimensions, then the elements in rows. The file
/// may be compressed by gzip.
package struct IDXFile: Sendable, Equatable {
  package let dimensions: [Int]
  package let bytes: [UInt8]

  /// In bytes; MNIST's largest file has 47 million.
  private static let largestSize = 1 << 30
  private static let unsignedByte: UInt8 = 8
  private static let otherElements: [UInt8: String] = [
    9: "signed bytes", 11: "16-bit numbers", 12: "32-bit numbers", 13: "float32", 14: "float64",
  ]

  /// Throws `DatasetError` for a file that cannot be read or is none such.
  package init(contentsOf url: URL) throws(DatasetError) {
    try self.init(try BinaryData.contents(of: url), path: url.relativePath)
  }

  /// - Parameter path: the file's, for errors.
  package init(_ data: Data, path: String) throws(DatasetError) {
    func failure(_ problem: String) -> DatasetError { .unreadableFile(path: path, problem: problem) }
    func contents(_ count: Int) throws(DatasetError) -> [UInt8] {
      guard Gzip.isCompressed(data) else { return Array(data.prefix(count)) }
      guard let bytes = Gzip.inflated(data, limit: count) else { throw failure("its compressed data are damaged") }
      return bytes
    }
    let header = try contents(4)
    guard header.count == 4, header[0] == 0, header[1] == 0 else {
      throw failure("it is no idx file: those begin with two zeros, the kind of elements and the number of dimensions")
    }
    guard header[2] == Self.unsignedByte else {
      let found = Self.otherElements[header[2]] ?? "elements of the unknown kind \(header[2])"
      throw failure("it holds \(found), expected unsigned bytes")
    }
    guard (1...4).contains(header[3]) else {
      throw failure("it has \(header[3]) dimensions, expected 1 of labels, or 3 or 4 of images")
    }
    let start = 4 + 4 * Int(header[3])
    let numbers = try contents(start)
    guard numbers.count == start else { throw failure("it ends within its header") }
    var dimensions: [Int] = []
    var size = 1
    for place in stride(from: 4, to: start, by: 4) {
      let dimension = numbers[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let product = size.multipliedReportingOverflow(by: dimension)
      size = product.overflow ? .max : product.partialValue
      dimensions.append(dimension)
    }
    guard size <= Self.largestSize else {
      throw failure("it announces \(dimensions.map(String.init).joined(separator: "x")) bytes, more than are read")
    }
    // One more tells whether there are too many.
    let whole = try contents(start + size + 1)
    let found = whole.count - start
    guard found == size else {
      let announced = dimensions.map(String.init).joined(separator: "x")
      throw failure("it announces \(announced) bytes and holds " + (found < size ? "\(found)" : "more"))
    }
    self.dimensions = dimensions
    bytes = Array(whole[start...])
  }
}

enum BinaryData {
  static func contents(of url: URL) throws(DatasetError) -> Data {
    do {
      return try Data(contentsOf: url)
    } catch {
      let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? POSIXError)?.code.rawValue
      throw .unreadableFile(path: url.relativePath, problem: code.map { String(cString: strerror($0)) } ?? "\(error)")
    }
  }
}
