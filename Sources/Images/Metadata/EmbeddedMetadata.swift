import Foundation

/// The metadata of an image file, unchanged.
struct EmbeddedMetadata {
  /// From its byte order mark on.
  var exif: Data?
  var xmp: Data?
  /// IPTC's records (IIM 4.2), without their container.
  var iptc: Data?
  var iccProfile: Data?
  /// Whether the file says that its colours are sRGB.
  var isSRGB = false
  /// The exponent by which light becomes samples, such as 1/2.2, where the file says it.
  var gamma: Double?
  var notices: [ImageNotice] = []

  /// In bytes: more than parts of real files have, and as large a colour profile as fits into a JPEG file.
  static let largestPartSize = 1 << 23
}

/// A part of a file besides its pixels, like `guise_segment`.
struct FileSegment {
  var kind: [UInt8]
  var bytes: [UInt8]
}
