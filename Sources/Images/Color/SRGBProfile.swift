import Foundation

/// The ICC profile of sRGB (ICC.1:2022), for results that need a profile and have none of their own.
enum SRGBProfile {
  static let data: Data = {
    let tags: [(signatures: [String], bytes: [UInt8])] = [
      (["desc"], text("sRGB")),
      (["cprt"], text("No copyright, use freely")),
      (["wtpt"], xyz(0xf6d6, 0x10000, 0xd32d)),
      // Bradford adaptation from D65, sRGB's white, to D50, the white of ICC profiles.
      (
        ["chad"],
        [1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168].reduce(
          into: numbers("sf32", [])
        ) { $0 += fixed($1) }
      ),
      // These three add up to the white.
      (["rXYZ"], xyz(0x6fa0, 0x38f5, 0x0390)),
      (["gXYZ"], xyz(0x6297, 0xb787, 0x18d9)),
      (["bXYZ"], xyz(0x249f, 0x0f84, 0xb6c4)),
      (["rTRC", "gTRC", "bTRC"], curve),
    ]
    let tagCount = tags.reduce(0) { $0 + $1.signatures.count }
    var table = [UInt8](bigEndian: tagCount, count: 4)
    var content: [UInt8] = []
    let start = headerSize + 4 + 12 * tagCount
    for (signatures, bytes) in tags {
      for signature in signatures {
        table += Array(signature.utf8) + [UInt8](bigEndian: start + content.count, count: 4)
        table += [UInt8](bigEndian: bytes.count, count: 4)
      }
      content += bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }
    return Data(header(size: start + content.count) + table + content)
  }()

  private static let headerSize = 128

  private static func header(size: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: headerSize)
    func put(_ bytes: [UInt8], at position: Int) {
      header.replaceSubrange(position..<position + bytes.count, with: bytes)
    }
    put([UInt8](bigEndian: size, count: 4), at: 0)
    put([4, 0x20], at: 8)  // version
    put(Array("mntrRGB XYZ ".utf8), at: 12)
    put([0x07, 0xd0, 0, 1, 0, 1], at: 24)  // a date: 1 January 2000
    put(Array("acsp".utf8), at: 36)
    put([1], at: 67)  // relative colorimetric
    put(xyz(0xf6d6, 0x10000, 0xd32d).suffix(12), at: 68)
    return header
  }

  private static func numbers(_ type: String, _ values: [Int]) -> [UInt8] {
    Array(type.utf8) + [0, 0, 0, 0] + values.flatMap { [UInt8](bigEndian: $0, count: 4) }
  }

  private static func xyz(_ x: Int, _ y: Int, _ z: Int) -> [UInt8] { numbers("XYZ ", [x, y, z]) }

  private static func text(_ text: String) -> [UInt8] {
    let units = text.utf16.flatMap { [UInt8](bigEndian: Int($0), count: 2) }
    return numbers("mluc", [1, 12]) + Array("enUS".utf8) + [UInt8](bigEndian: units.count, count: 4) + [0, 0, 0, 28]
      + units
  }

  /// sRGB's transfer function: (a x + b)^g from d upwards, c x below.
  private static let curve: [UInt8] = {
    let parameters = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]
    let curve: [UInt8] = Array("para".utf8) + [0, 0, 0, 0, 0, 3, 0, 0]
    return parameters.reduce(into: curve) { $0 += fixed($1) }
  }()

  /// A fixed-point number with 16 bits before the binary point and 16 after it.
  private static func fixed(_ number: Double) -> [UInt8] {
    [UInt8](bigEndian: Int((number * 65536).rounded()), count: 4)
  }
}
