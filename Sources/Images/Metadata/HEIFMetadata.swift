import CImageCodecs
import Foundation

/// The metadata of HEIC and AVIF files.
enum HEIFMetadata {
  static func read(_ decoder: CodecDecoder) -> EmbeddedMetadata {
    var found = EmbeddedMetadata()
    found.exif = decoder.part(GUISE_HEIF_EXIF)
    found.xmp = decoder.part(GUISE_HEIF_XMP)
    // The file's own turns have been made, and EXIF's orientation repeats them.
    _ = found.turnUpright()
    found.iccProfile = decoder.part(GUISE_HEIF_PROFILE)
    if found.iccProfile == nil { readCodePoints(decoder.codePoints, into: &found) }
    return found
  }

  private static func readCodePoints(_ points: (primaries: Int, transfer: Int), into found: inout EmbeddedMetadata) {
    guard points != (2, 2) else { return }
    let primaries = points.primaries == 2 ? 1 : points.primaries
    // Photographs that name video's transfer functions, or none, are sRGB for all programs that show them.
    let transfer = [1, 2, 6, 14, 15].contains(points.transfer) ? 13 : points.transfer
    switch CodePoints.encoding(
      [UInt8(truncatingIfNeeded: primaries), UInt8(truncatingIfNeeded: transfer), 0, 1], in: "its header")
    {
    case .success(.sRGB): found.isSRGB = true
    case .success(let encoding): found.iccProfile = encoding.profile(isGray: false)
    case .failure(let failure): found.notices.append(.profileIgnored(reason: failure.reason))
    }
  }
}
