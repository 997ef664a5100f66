import Foundation

/// Converts the samples of a file to values of 0...1 in sRGB.
struct SampleConversion {
  private let method: Method
  private let channels: Int
  /// The profile to write the image in; nil for sRGB.
  let iccProfile: Data?
  let notices: [ImageNotice]

  private enum Method {
    case plain
    /// The sRGB value of each possible sample at the file's depth.
    case curve([Float])
    case inks
    /// `back` is the inverse conversion, set if results are written in the profile too.
    case profile(ColorTransform, ColorProfile.Space, back: ColorTransform?)
  }

  /// - Parameters:
  ///   - channels: the file's channels, including alpha.
  ///   - isCMYK: whether samples are inverted inks, that is, the light that each ink lets through.
  init(_ metadata: EmbeddedMetadata, channels: Int, isCMYK: Bool, bitDepth: Image.BitDepth) {
    self.channels = channels
    let space: ColorProfile.Space = isCMYK ? .cmyk : channels < 3 ? .gray : .rgb
    let withoutProfile: Method = isCMYK ? .inks : .plain
    if let profile = metadata.iccProfile {
      do {
        let hasAlpha = !isCMYK && channels % 2 == 0
        let transform = try ColorProfile.transform(profile, space, hasAlpha: hasAlpha, to: .sRGB)
        let back = space == .rgb ? try? ColorProfile.transform(profile, space, hasAlpha: false, to: .profile) : nil
        method = transform.map { .profile($0, space, back: back) } ?? withoutProfile
        iccProfile = isCMYK ? ColorProfile.sRGB : profile
        notices = []
      } catch {
        method = withoutProfile
        iccProfile = nil
        notices = [.profileIgnored(reason: "\(error)")]
      }
    } else if let gamma = metadata.gamma, !metadata.isSRGB, let curve = Self.curve(gamma, bitDepth) {
      (method, iccProfile, notices) = (.curve(curve), ColorProfile.sRGB, [])
    } else {
      (method, iccProfile, notices) = (withoutProfile, metadata.isSRGB ? ColorProfile.sRGB : nil, [])
    }
  }

  /// The sRGB value of each sample that is light to the power of `gamma`; nil if `gamma` is implausible or near 1/2.2,
  /// which in most files means sRGB.
  private static func curve(_ gamma: Double, _ bitDepth: Image.BitDepth) -> [Float]? {
    guard (0.1...10).contains(gamma), abs(gamma * 2.2 - 1) > 0.05 else { return nil }
    let largest = Double(bitDepth.largestSample)
    return (0...Int(largest)).map { Float(SRGB.sample(ofLinear: pow(Double($0) / largest, 1 / gamma))) }
  }

  /// - Parameters:
  ///   - start: the index of the first sample's pixel among all pixels read.
  ///   - wideColors: collects the colours outside sRGB's gamut.
  func convert<Sample: FixedWidthInteger & UnsignedInteger>(
    _ samples: UnsafeBufferPointer<Sample>, to target: UnsafeMutablePointer<Float>, from start: Int,
    _ wideColors: inout WideColors.Collection
  ) {
    let largest = Float(Sample.max)
    switch method {
    case .plain:
      for i in 0..<samples.count { target[i] = Float(samples[i]) / largest }
    case .curve(let values):
      for i in 0..<samples.count {
        let isAlpha = channels % 2 == 0 && i % channels == channels - 1
        target[i] = isAlpha ? Float(samples[i]) / largest : values[Int(samples[i])]
      }
    case .inks:
      // The light that both this ink and black let through, to the nearest 8-bit step.
      for pixel in 0..<samples.count / 4 {
        let black = Int(samples[4 * pixel + 3])
        for ink in 0..<3 {
          target[3 * pixel + ink] = Float((Int(samples[4 * pixel + ink]) * black + 127) / 255) / 255
        }
      }
    case .profile(let transform, .cmyk, _):
      let inks = samples.map { 1 - Float($0) / largest }
      transform.convert(inks, to: target, count: samples.count / 4)
    case .profile(let transform, _, let back):
      for i in 0..<samples.count { target[i] = Float(samples[i]) / largest }
      var clipped: [Int] = []
      transform.convert(target, to: target, count: samples.count / channels) { clipped.append($0) }
      if let back { collect(clipped, of: samples, shownAs: target, back, from: start, &wideColors) }
    }
  }

  private func collect<Sample: FixedWidthInteger & UnsignedInteger>(
    _ pixels: [Int], of samples: UnsafeBufferPointer<Sample>, shownAs target: UnsafeMutablePointer<Float>,
    _ back: ColorTransform, from start: Int, _ wideColors: inout WideColors.Collection
  ) {
    let seen = pixels.flatMap { pixel in (0..<3).map { target[pixel * channels + $0] } }
    var written = seen
    written.withUnsafeMutableBufferPointer { written in
      if let first = written.baseAddress { back.convert(first, to: first, count: pixels.count) }
    }
    let largest = Float(Sample.max)
    for (index, pixel) in pixels.enumerated() {
      var (color, lost) = (SIMD3<Float>(), SIMD3<Float>())
      for channel in 0..<3 {
        color[channel] = seen[3 * index + channel]
        lost[channel] = Float(samples[pixel * channels + channel]) / largest - written[3 * index + channel]
      }
      wideColors.append(pixel: start + pixel, seen: color, lost: lost)
    }
  }
}
