import Foundation

/// What a file says about its image, kept from reading to writing.
public struct ImageMetadata: Sendable, Equatable {
  /// EXIF data, starting at its byte order mark. Reading turns pixels upright and resets the orientation; writing sets
  /// the sizes to those of the written image, and the resolution to `resolution`, if it states either.
  public var exif: Data?
  /// An XMP packet.
  public var xmp: Data?
  /// IPTC's records (IIM 4.2).
  public var iptc: Data?
  /// The ICC profile that files are written in. Pixels are always sRGB: reading converts them from the profile, writing
  /// converts them back. A profile that does not suit the image, such as a gray one for an image in colour, is replaced
  /// by sRGB's. Without a profile, files are sRGB but do not say so.
  public var iccProfile: Data?
  /// Reading takes it from the file's own header, or else from EXIF. Results of another size keep it, as other programs
  /// do, and so are printed larger or smaller.
  public var resolution: ImageResolution?
  /// Colours of `iccProfile` outside sRGB's gamut, which pixels cannot hold. Cropping and turning lose them; results of
  /// the whole image, such as an enlarged one, keep them.
  package var wideColors: WideColors?
  /// Anything unusual that was found while reading.
  public var notices: [ImageNotice]

  public init(
    exif: Data? = nil, xmp: Data? = nil, iptc: Data? = nil, iccProfile: Data? = nil,
    resolution: ImageResolution? = nil, notices: [ImageNotice] = []
  ) {
    self.exif = exif
    self.xmp = xmp
    self.iptc = iptc
    self.iccProfile = iccProfile
    self.resolution = resolution
    self.notices = notices
  }

  /// Which of an image's metadata its result keeps.
  public enum Policy: Sendable, CaseIterable {
    case everything
    /// All but the location: without EXIF's GPS directory and XMP's location properties. EXIF or XMP that is too
    /// damaged to search is left out entirely.
    case withoutLocation
    /// None, not even the colour profile: the image is written in sRGB and looks the same.
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

  /// Adapted to a file of this size with 1 or 3 colour channels: EXIF's sizes and resolution are set, and an unsuitable colour profile
  /// is replaced.
  func fitting(width: Int, height: Int, colorChannels: Int) -> ImageMetadata {
    var metadata = self
    if var exif = exif.flatMap(ExifData.init) {
      exif.setSize(width: width, height: height)
      if let resolution { exif.setResolution(resolution) }
      metadata.exif = exif.data
    }
    metadata.iccProfile = iccProfile.map { ColorProfile.writable($0, colorChannels == 1 ? .gray : .rgb) }
    return metadata
  }
}
