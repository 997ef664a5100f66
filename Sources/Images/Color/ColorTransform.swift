import CLCMS
import Foundation

/// A conversion between an ICC profile and sRGB by Little CMS: relative colorimetric with black point compensation, in
/// float32, so that nothing is rounded.
///
/// It is safe to use on several threads at once.
final class ColorTransform: @unchecked Sendable {
  // Unchecked: nothing changes after `init`, and Little CMS's cache of the last colour is off.
  private let context: cmsContext
  private let transform: cmsHTRANSFORM
  private let space: ColorProfile.Space
  private let way: Way
  private let hasAlpha: Bool

  enum Way {
    case sRGB, profile
  }

  /// Throws `ColorProfile.Failure`.
  init(_ profile: Data, _ space: ColorProfile.Space, hasAlpha: Bool, way: Way) throws {
    guard let context = cmsCreateContext(nil, nil) else { throw ColorProfile.Failure.noConversion }
    do {
      transform = try Self.transform(profile, space, hasAlpha, way, context)
    } catch {
      cmsDeleteContext(context)
      throw error
    }
    (self.context, self.space, self.way, self.hasAlpha) = (context, space, way, hasAlpha)
  }

  deinit {
    cmsDeleteTransform(transform)
    cmsDeleteContext(context)
  }

  private static func transform(
    _ data: Data, _ space: ColorProfile.Space, _ hasAlpha: Bool, _ way: Way, _ context: cmsContext
  ) throws -> cmsHTRANSFORM {
    let profile = data.withUnsafeBytes { cmsOpenProfileFromMemTHR(context, $0.baseAddress, cmsUInt32Number($0.count)) }
    guard let profile else { throw ColorProfile.Failure.unreadable }
    defer { cmsCloseProfile(profile) }
    try check(profile, space)
    guard let sRGB = space == .gray ? grayOfSRGB(context) : cmsCreate_sRGBProfileTHR(context) else {
      throw ColorProfile.Failure.noConversion
    }
    defer { cmsCloseProfile(sRGB) }
    let (profileFormat, sRGBFormat) = (format(space, hasAlpha), format(space.inSRGB, hasAlpha))
    let (from, to) = way == .sRGB ? (profile, sRGB) : (sRGB, profile)
    let (fromFormat, toFormat) = way == .sRGB ? (profileFormat, sRGBFormat) : (sRGBFormat, profileFormat)
    let transform = cmsCreateTransformTHR(
      context, from, fromFormat, to, toFormat, cmsUInt32Number(INTENT_RELATIVE_COLORIMETRIC),
      cmsUInt32Number(cmsFLAGS_NOCACHE | cmsFLAGS_BLACKPOINTCOMPENSATION))
    guard let transform else { throw ColorProfile.Failure.noConversion }
    return transform
  }

  private static func check(_ profile: cmsHPROFILE, _ space: ColorProfile.Space) throws {
    let found = cmsGetColorSpace(profile)
    let expected =
      switch space {
      case .gray: cmsSigGrayData
      case .rgb: cmsSigRgbData
      case .cmyk: cmsSigCmykData
      }
    guard found == expected else {
      let letters = [UInt8](bigEndian: Int(found.rawValue), count: 4)
      let isText = letters.allSatisfy { (0x20..<0x7f).contains($0) }
      throw isText
        ? ColorProfile.Failure.otherSpace(String(decoding: letters, as: UTF8.self).trimmingCharacters(in: .whitespaces))
        : ColorProfile.Failure.unreadable
    }
    let kinds = [cmsSigInputClass, cmsSigDisplayClass, cmsSigOutputClass, cmsSigColorSpaceClass]
    guard kinds.contains(cmsGetDeviceClass(profile)) else { throw ColorProfile.Failure.noConversion }
  }

  private static func grayOfSRGB(_ context: cmsContext) -> cmsHPROFILE? {
    var parameters = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]
    guard let curve = cmsBuildParametricToneCurve(context, 4, &parameters) else { return nil }
    defer { cmsFreeToneCurve(curve) }
    return cmsCreateGrayProfileTHR(context, cmsD50_xyY(), curve)
  }

  /// Little CMS's format code for interleaved floats, which C composes with macros.
  private static func format(_ space: ColorProfile.Space, _ hasAlpha: Bool) -> cmsUInt32Number {
    let type =
      switch space {
      case .gray: PT_GRAY
      case .rgb: PT_RGB
      case .cmyk: PT_CMYK
      }
    let extra = hasAlpha ? 1 << 7 : 0
    return cmsUInt32Number(1 << 22 | Int(type) << 16 | extra | space.channels << 3 | MemoryLayout<Float>.size)
  }

  /// Converts `count` pixels from and to values in 0...1 (for inks, 1 is full coverage); alpha is kept. `source` and
  /// `target` may be the same buffer, unless there are inks.
  ///
  /// - Parameter clipped: called, in order, with the index of each pixel whose colour lies outside the target's gamut.
  func convert(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int,
    clipped: (Int) -> Void = { _ in }
  ) {
    let extra = hasAlpha ? 1 : 0
    if space == .cmyk && way == .sRGB {
      // Little CMS expects inks in percent.
      let percents = (0..<4 * count).map { 100 * source[$0] }
      cmsDoTransform(transform, percents, target, cmsUInt32Number(count))
    } else {
      if hasAlpha && source != UnsafePointer(target) {
        target.update(from: source, count: count * (space.channels + extra))
      }
      cmsDoTransform(transform, source, target, cmsUInt32Number(count))
    }
    let channels = (way == .sRGB ? space.inSRGB : space).channels
    for pixel in 0..<count {
      var isClipped = false
      for index in pixel * (channels + extra)..<pixel * (channels + extra) + channels {
        let value = target[index]
        target[index] = value.clampedToUnit
        isClipped = isClipped || abs(value - target[index]) > Self.tolerance
      }
      if isClipped { clipped(pixel) }
    }
  }

  /// A colour is outside the gamut if clipping changes it by more than half an 8-bit step.
  private static let tolerance: Float = 0.5 / 255

  /// Whether no colour of a grid changes by a whole 8-bit step. Different profiles of sRGB disagree by nearly that much
  /// in channels that are 0.
  var isIdentity: Bool {
    guard space != .cmyk else { return false }
    let ramp = (0...255).map { Float($0) / 255 }
    var colors = ramp
    if space == .rgb {
      colors = ramp.flatMap { [$0, $0, $0] }
      let grid = (0...8).map { Float($0) / 8 }
      for red in grid { for green in grid { for blue in grid { colors += [red, green, blue] } } }
    }
    let converted = [Float](unsafeUninitializedCapacity: colors.count) { target, initializedCount in
      if let target = target.baseAddress { convert(colors, to: target, count: colors.count / space.channels) }
      initializedCount = colors.count
    }
    return zip(colors, converted).allSatisfy { abs($0 - $1) < 1.0 / 255 }
  }
}
