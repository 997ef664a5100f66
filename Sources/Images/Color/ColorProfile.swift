import Foundation

/// An ICC profile, inspected by Little CMS.
struct ColorProfile {
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

    /// The space that images with such a profile are converted to.
    var inSRGB: Space { self == .gray ? .gray : .rgb }
  }

  /// A profile that cannot be used for an image.
  enum Failure: Error, CustomStringConvertible {
    case unreadable
    case otherSpace(String)
    case noConversion

    var description: String {
      switch self {
      case .unreadable: "it is damaged"
      case .otherSpace(let space): "it is meant for other colours (\(space)) than the image has"
      case .noConversion: "it does not say how its colours are converted"
      }
    }
  }

  /// The conversion between a profile, for images of `space`, and sRGB; nil if the two agree to within one 8-bit step,
  /// so that none is needed.
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

  /// The profile to embed in a file of `space` for an image with this profile: the same one if it suits, otherwise
  /// sRGB's.
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
