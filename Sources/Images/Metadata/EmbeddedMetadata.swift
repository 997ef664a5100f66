import Foundation

/// What a file says of its picture besides the pixels, as it stands there.
struct EmbeddedMetadata {
  /// From its byte order mark on.
  var exif: Data?
  var xmp: Data?
  /// IPTC's records (IIM 4.2), without what holds them in the file.
  var iptc: Data?
  var iccProfile: Data?
  /// Whether the file says that its colours are sRGB.
  var isSRGB = false
  /// What samples are as a power of light, where the file says so, as 1/2.2.
  var gamma: Double?
  var notices: [ImageNotice] = []

  /// Few parts of real files come near to it, and a colour profile of this size still finds room in a JPEG file.
  static let largestPartSize = 1 << 23
}

/// A part of a file besides its pixels, as `guise_segment`.
struct FileSegment {
  var kind: [UInt8]
  var bytes: [UInt8]
}
