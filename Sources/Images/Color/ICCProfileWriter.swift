import Foundation

/// Makes ICC profiles (ICC.1:2022) of colours that are mixed from three primaries, or of gray.
enum ICCProfileWriter {
  struct Tag {
    /// The names under which the content is listed.
    var signatures: [String]
    var bytes: [UInt8]
  }

  /// D50, the white of ICC profiles, as in their headers.
  static let white = xyz(0xf6d6, 0x10000, 0xd32d)

  /// - Parameter space: "RGB " or "GRAY".
  static func profile(space: String = "RGB ", description: String, _ tags: [Tag]) -> Data {
    let tags =
      [
        Tag(signatures: ["desc"], bytes: text(description)),
        Tag(signatures: ["cprt"], bytes: text("No copyright, use freely")), Tag(signatures: ["wtpt"], bytes: white),
      ] + tags
    let tagCount = tags.reduce(0) { $0 + $1.signatures.count }
    var table = [UInt8](bigEndian: tagCount, count: 4)
    var content: [UInt8] = []
    let start = headerSize + 4 + 12 * tagCount
    for tag in tags {
      for signature in tag.signatures {
        table += Array(signature.utf8) + [UInt8](bigEndian: start + content.count, count: 4)
        table += [UInt8](bigEndian: tag.bytes.count, count: 4)
      }
      content += tag.bytes + [UInt8](repeating: 0, count: (4 - tag.bytes.count % 4) % 4)
    }
    return Data(header(space, size: start + content.count) + table + content)
  }

  private static let headerSize = 128

  private static func header(_ space: String, size: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: headerSize)
    func put(_ bytes: [UInt8], at position: Int) {
      header.replaceSubrange(position..<position + bytes.count, with: bytes)
    }
    put([UInt8](bigEndian: size, count: 4), at: 0)
    put([4, 0x20], at: 8)  // version
    put(Array("mntr\(space)XYZ ".utf8), at: 12)
    put([0x07, 0xd0, 0, 1, 0, 1], at: 24)  // a date: 1 January 2000
    put(Array("acsp".utf8), at: 36)
    put([1], at: 67)  // relative colorimetric
    put(white.suffix(12), at: 68)
    return header
  }

  private static func numbers(_ type: String, _ values: [Int]) -> [UInt8] {
    Array(type.utf8) + [0, 0, 0, 0] + values.flatMap { [UInt8](bigEndian: $0, count: 4) }
  }

  /// Fixed-point numbers with 16 bits before the binary point and 16 after it.
  static func xyz(_ x: Int, _ y: Int, _ z: Int) -> [UInt8] { numbers("XYZ ", [x, y, z]) }

  static func xyz(_ color: SIMD3<Double>) -> [UInt8] { xyz(fixed(color.x), fixed(color.y), fixed(color.z)) }

  /// The matrix of a chromatic adaptation, row by row.
  static func adaptation(_ matrix: [Double]) -> [UInt8] { numbers("sf32", matrix.map(fixed)) }

  /// A curve of function type 0, the power `parameters[0]`, or 3, which is linear near black.
  static func curve(_ type: Int, _ parameters: [Double]) -> [UInt8] {
    let head: [UInt8] = Array("para".utf8) + [0, 0, 0, 0, 0, UInt8(type), 0, 0]
    return head + parameters.flatMap { [UInt8](bigEndian: fixed($0), count: 4) }
  }

  private static func text(_ text: String) -> [UInt8] {
    let units = text.utf16.flatMap { [UInt8](bigEndian: Int($0), count: 2) }
    return numbers("mluc", [1, 12]) + Array("enUS".utf8) + [UInt8](bigEndian: units.count, count: 4) + [0, 0, 0, 28]
      + units
  }

  private static func fixed(_ number: Double) -> Int { Int((number * 65536).rounded()) }
}
