import Foundation

/// What a file says about its picture, carried from reading to writing.
public struct ImageMetadata: Sendable, Equatable {
  /// EXIF data from its byte order mark on. Reading turns the pixels upright, so its orientation always says upright.
  public var exif: Data?
  /// The ICC colour profile. It is written only where it is meant for the image's kind, gray or RGB.
  public var iccProfile: Data?

  public init(exif: Data? = nil, iccProfile: Data? = nil) {
    self.exif = exif
    self.iccProfile = iccProfile
  }

  /// The profile if its header (ICC.1:2022, 7.2) gives the colour space that an image of `colorChannels` has.
  func iccProfile(forColorChannels colorChannels: Int) -> Data? {
    guard let iccProfile, iccProfile.count >= 128 else { return nil }
    let space = iccProfile.dropFirst(16).prefix(4)
    return space.elementsEqual((colorChannels == 1 ? "GRAY" : "RGB ").utf8) ? iccProfile : nil
  }
}
