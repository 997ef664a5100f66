import Foundation

/// Photoshop's image resources, one of which holds IPTC records; in a JPEG file they are stored in APP13 segments.
///
/// A resource is "8BIM", a number of two bytes, a name, the size of its data in four bytes, and the data; name and data
/// are padded to an even size.
enum PhotoshopResources {
  private static let signature = Array("8BIM".utf8)
  private static let iptcNumber = 0x0404

  /// The IPTC records; nil if there are none before the end or the first damaged resource.
  static func iptc(in resources: [UInt8]) -> Data? {
    var rest = resources[...]
    while rest.count > 12, rest.starts(with: signature) {
      let number = rest.dropFirst(4).prefix(2).bigEndianInteger
      rest = rest.dropFirst(6)
      let nameSize = Int(rest[rest.startIndex]) + 1
      rest = rest.dropFirst(nameSize + nameSize % 2)
      guard rest.count >= 4 else { return nil }
      let size = rest.prefix(4).bigEndianInteger
      rest = rest.dropFirst(4)
      guard size <= rest.count else { return nil }
      if number == iptcNumber { return size > 0 ? Data(rest.prefix(size)) : nil }
      rest = rest.dropFirst(size + size % 2)
    }
    return nil
  }

  static func holding(iptc: Data) -> [UInt8] {
    let head = signature + [UInt8](bigEndian: iptcNumber, count: 2) + [0, 0] + [UInt8](bigEndian: iptc.count, count: 4)
    return head + Array(iptc) + (iptc.count % 2 == 0 ? [] : [0])
  }
}
