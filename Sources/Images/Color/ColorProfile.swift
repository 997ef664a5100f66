import Foundation

/// An ICC profile, looked into by Little CMS.
struct ColorProfile {
  /// That of sRGB.
  static let sRGB = SRGBProfile.data

  enum Space: Hashable {
    case gray, rgb, cmyk

    var channels: Int {
      switch self {
      case .gray: 1
      case .rgb: 3
      case .cmyk: 4
      }
    }

    /// What it becomes in sRGB.
    var inSRGB: Space { self == .gray ? .gray : .rgb }
  }

  /// A profile that is of no use for a picture.
  enum Failure: Error, CustomStringConvertible {
    case unreadable
    case otherSpace(String)
    case noConversion

    var description: String {
      switch self {
      case .unreadable: "it is damaged"
      case .otherSpace(let space): "it is meant for other colours (\(space)) than the picture has"
      case .noConversion: "it does not say how its colours are converted"
      }
    }
  }

  /// The conversion between a profile for pictures of `space` and sRGB; nil where their colours are the same to a step of 8
  /// bits, so that nothing needs to change.
  ///
  /// Throws `Failure`.
  static func transform(_ profile: Data, _ space: Space, hasAlpha: Bool, to way: ColorTransform.Way) throws
    -> ColorTransform?
  {
    if profile == sRGB { return nil }
    let key = TransformCache.Key(profile: profile, space: space, hasAlpha: hasAlpha, way: way)
    return try TransformCache.shared.transform(for: key) {
      let plain = try ColorTransform(profile, space, hasAlpha: false, way: way)
      if plain.isIdentity { return nil }
      return hasAlpha ? try ColorTransform(profile, space, hasAlpha: true, way: way) : plain
    }
  }

  /// The profile that a file with `space` is written in, for a picture that has this one.
  static func writable(_ profile: Data, _ space: Space) -> Data {
    guard profile.count <= EmbeddedMetadata.largestPartSize else { return sRGB }
    do {
      _ = try transform(profile, space, hasAlpha: false, to: .profile)
      return profile
    } catch {
      return sRGB
    }
  }
}
