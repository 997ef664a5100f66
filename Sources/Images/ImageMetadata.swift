import Foundation

/// What a file says about its picture, carried from reading to writing.
public struct ImageMetadata: Sendable, Equatable {
  /// EXIF data from its byte order mark on. Reading turns the pixels upright, so its orientation always says upright;
  /// writing sees to it that it tells the size of what is written.
  public var exif: Data?
  /// An XMP packet.
  public var xmp: Data?
  /// IPTC's records (IIM 4.2).
  public var iptc: Data?
  /// The ICC colour profile that files are written in. Pixels are sRGB whatever it says: reading converts them from it, and
  /// writing into it. Where it cannot be written in, as the profile of gray pictures for one in colour, sRGB's own takes
  /// its place; where it is nil, files say nothing of their colours, which are sRGB then.
  public var iccProfile: Data?
  /// Colours of `iccProfile` that pixels cannot have. They are lost where a picture's size or form changes, but for what
  /// becomes of the whole of it, as a larger one.
  package var wideColors: WideColors?
  /// What was noticed in reading.
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

  /// How much of a picture's metadata its result gets.
  public enum Policy: Sendable, CaseIterable {
    case everything
    /// All but where it was taken: without the GPS directory of EXIF and the places in XMP. What is too damaged to be
    /// searched is left out whole.
    case withoutPlaces
    /// Nothing: pictures keep their looks in sRGB, which files without a profile are in.
    case nothing
  }

  public func limited(to policy: Policy) -> ImageMetadata {
    var limited = self
    switch policy {
    case .everything:
      break
    case .withoutPlaces:
      limited.exif = exif.flatMap(ExifData.init)?.withoutPlaces()?.data
      limited.xmp = xmp.flatMap { XMPPacket($0).removing(\.isPlace) }
    case .nothing:
      limited = ImageMetadata(notices: notices)
    }
    return limited
  }

  /// For a file of this size and of 1 or 3 channels besides alpha: what EXIF says of the size, and a colour profile that
  /// the file can be written in.
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
