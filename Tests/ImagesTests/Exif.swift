import Foundation

/// The smallest EXIF data: one directory with an orientation, linked to a directory for a thumbnail.
enum Exif {
  static func data(orientation: UInt8, isLittleEndian: Bool) -> Data {
    isLittleEndian
      ? Data([0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0])
      : Data([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0])
  }
}
