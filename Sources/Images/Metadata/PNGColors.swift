import Foundation

/// What a PNG file's chunks say of its colours (W3C's PNG specification, 3rd edition, 4.3): cICP counts before iCCP, that
/// before sRGB, and that before cHRM and gAMA.
struct PNGColors {
  var isGray = false
  /// The bytes of cICP and of cHRM.
  var codePoints: [UInt8]?, chromaticities: [UInt8]?

  /// Puts an ICC profile in the place of code points and chromaticities that another could stand for. Of what cannot be
  /// converted there is a notice.
  func apply(to found: inout EmbeddedMetadata) {
    if let codePoints {
      switch CodePoints.encoding(codePoints) {
      case .success(.sRGB):
        (found.iccProfile, found.isSRGB) = (nil, true)
        return
      case .success(let encoding):
        found.iccProfile = encoding.profile(isGray: isGray)
        return
      case .failure(let failure):
        found.notices.append(
          found.iccProfile == nil
            ? .profileIgnored(reason: failure.reason) : .leftOut("cICP chunk", reason: failure.reason))
      }
    }
    guard found.iccProfile == nil, !found.isSRGB, !isGray, let chromaticities else { return }
    let primaries = Self.primaries(chromaticities)
    guard let primaries, primaries.adapted != nil else {
      found.notices.append(.profileIgnored(reason: "its cHRM chunk names no primaries that make colours"))
      return
    }
    guard !primaries.areAbout(.sRGB) else { return }
    let exponent = found.gamma.map { 1 / $0 }.flatMap { (0.1...10).contains($0) ? $0 : nil }
    let encoding = ColorEncoding(primaries: primaries, transfer: exponent.map { .power($0) } ?? .sRGB)
    found.iccProfile = encoding.profile(isGray: false)
  }

  /// White, red, green and blue in hundred-thousandths.
  private static func primaries(_ chunk: [UInt8]) -> Primaries? {
    guard chunk.count == 32 else { return nil }
    func point(_ index: Int) -> SIMD2<Double> {
      SIMD2(
        Double(chunk[(8 * index)..<(8 * index + 4)].bigEndianInteger),
        Double(chunk[(8 * index + 4)..<(8 * index + 8)].bigEndianInteger)) / 100_000
    }
    return Primaries(red: point(1), green: point(2), blue: point(3), white: point(0))
  }
}

/// Coding-independent code points (ITU-T H.273): primaries, transfer function, matrix and range.
enum CodePoints {
  struct Failure: Error {
    let reason: String
  }

  /// - Parameter place: where the points stand, for what is said of them.
  static func encoding(_ chunk: [UInt8], in place: String = "its cICP chunk") -> Result<ColorEncoding, Failure> {
    guard chunk.count == 4, chunk[2] == 0, chunk[3] <= 1 else {
      return failure("\(place) is not one of RGB samples")
    }
    guard chunk[3] == 1 else {
      return failure("\(place) names the narrow range of video, which is not converted")
    }
    guard let transfer = transfers[chunk[1]] else {
      let name = hdr[chunk[1]].map { "\($0) (HDR)" } ?? "transfer function \(chunk[1])"
      return failure("\(place) names \(name), which is not converted")
    }
    guard let primaries = primaries[chunk[0]] else {
      return failure("\(place) names primaries \(chunk[0]), which are not converted")
    }
    return .success(ColorEncoding(primaries: primaries, transfer: transfer))
  }

  private static func failure(_ reason: String) -> Result<ColorEncoding, Failure> { .failure(Failure(reason: reason)) }

  private static let hdr: [UInt8: String] = [16: "PQ", 18: "HLG"]

  private static let transfers: [UInt8: ColorEncoding.Transfer] = [
    1: .video, 4: .power(2.2), 5: .power(2.8), 6: .video, 8: .power(1), 13: .sRGB, 14: .video, 15: .video,
  ]

  private static let primaries: [UInt8: Primaries] = {
    let ntsc = Primaries(red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: Primaries.d65)
    var p3 = Primaries(red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: Primaries.d65)
    var found: [UInt8: Primaries] = [
      1: .sRGB, 5: Primaries(red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: Primaries.d65), 6: ntsc,
      7: ntsc,
      9: Primaries(red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: Primaries.d65), 12: p3,
    ]
    p3.white = [0.314, 0.351]  // of cinemas
    found[11] = p3
    return found
  }()
}
