import Foundation

/// The metadata of an image file, unchanged.
struct EmbeddedMetadata {
  /// Starting at its byte order mark.
  var exif: Data?
  var xmp: Data?
  /// IPTC's records (IIM 4.2), without their container.
  var iptc: Data?
  var iccProfile: Data?
  /// What the file itself states, besides its EXIF data.
  var resolution: ImageResolution?
  /// Whether the file says that its colours are sRGB.
  var isSRGB = false
  /// The exponent that turns light into samples, such as 1/2.2, if the file states it.
  var gamma: Double?
  var notices: [ImageNotice] = []

  /// In bytes: more than any part of a real file needs.
  static let largestPartSize = 1 << 23

  /// Sets the orientation to upright and returns the one, 1...8, in which the pixels are stored.
  mutating func turnUpright() -> Int {
    guard var exif = exif.flatMap(ExifData.init) else { return 1 }
    let orientation = exif.orientation
    exif.turnUpright()
    self.exif = exif.data
    if orientation > 1 {
      xmp = xmp.flatMap { XMPPacket($0).removing { $0.prefix == "tiff" && $0.local == "Orientation" } } ?? xmp
    }
    return orientation
  }
}

/// A part of a file other than its pixels, like the C struct `guise_segment`.
struct FileSegment {
  var kind: [UInt8]
  var bytes: [UInt8]
}
