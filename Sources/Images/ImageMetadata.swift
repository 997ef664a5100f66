import Foundation

/// What a file says about its image, kept from reading to writing.
public struct ImageMetadata: Sendable, Equatable {
  /// EXIF data from its byte order mark on. Reading turns the pixels upright and sets its orientation to match; writing
  /// sets its sizes to those of the image that is written.
  public var exif: Data?
  /// An XMP packet.
  public var xmp: Data?
  /// IPTC's records (IIM 4.2).
  public var iptc: Data?
  /// The ICC profile that files are written in. Pixels are always sRGB: reading converts them from the profile, and
  /// writing back to it. A profile that does not suit the image, such as one of gray for an image in colour, is
  /// replaced by that of sRGB. Without one, files are sRGB and do not say so.
  public var iccProfile: Data?
  /// Colours of `iccProfile` outside of sRGB's gamut, which pixels cannot hold. Cropping and turning lose them; results
  /// of the whole image, such as an enlarged one, keep them.
  package var wideColors: WideColors?
  /// What is worth knowing about the reading.
  public var notices: [ImageNotice]

  public init(
    exif: Data? = nil, xmp: Data? = nil, iptc: Data? = nil, iccProfile: Data? = nil, notices: [ImageNotice] = []
  ) {
    self.exif = exif
    self.xmp = xmp
    self.iptc = iptc
    self.iccProfile = iccProfile
    self.notices = notices
  }

  /// Which of an image's metadata its result gets.
  public enum Policy: Sendable, CaseIterable {
    case everything
    /// All but the location where it was taken: without the GPS directory of EXIF and the locations in XMP. EXIF or XMP
    /// that is too damaged to be searched is left out whole.
    case withoutLocation
    /// None, and no colour profile either: the image is written in sRGB and looks the same.
    case nothing
  }

  public func limited(to policy: Policy) -> ImageMetadata {
    var limited = self
    switch policy {
    case .everything:
      break
    case .withoutLocation:
      limited.exif = exif.flatMap(ExifData.init)?.withoutLocation()?.data
      limited.xmp = xmp.flatMap { XMPPacket($0).removing(\.isLocation) }
    case .nothing:
      limited = ImageMetadata(notices: notices)
    }
    return limited
  }

  /// Adapted to a file of this size and with 1 or 3 channels besides alpha: with EXIF's sizes set, and a colour profile
  /// that the file can be written in.
  func fitting(width: Int, height: Int, colorChannels: Int) -> ImageMetadata {
    var metadata = self
    if var exif = exif.flatMap(ExifData.init) {
      exif.setSize(width: width, height: height)
      metadata.exif = exif.data
    }
    metadata.iccProfile = iccProfile.map { ColorProfile.writable($0, colorChannels == 1 ? .gray : .rgb) }
    return metadata
  }
}
