import Foundation

/// A colour in CIE Lab (1976) under D65, sRGB's white, for the 2-degree observer.
///
/// Matrix and white have the same digits as scikit-image's, so that values agree. Its white is not exactly its
/// matrix's, which is why a and b of gray are up to 0.005 from 0.
public struct LabColor: Sendable, Equatable {
  /// L, from 0 (black) to 100 (white).
  public var lightness: Float
  /// From green (negative) to red.
  public var a: Float
  /// From blue (negative) to yellow.
  public var b: Float

  public init(lightness: Float, a: Float, b: Float) {
    self.lightness = lightness
    self.a = a
    self.b = b
  }

  /// - Parameter sRGB: red, green and blue, each 0...1.
  public init(sRGB: SIMD3<Float>) {
    self = LabConversion().lab(sRGB)
  }

  /// Red, green and blue, each 0...1, after `broughtIntoGamut()`.
  public var sRGB: SIMD3<Float> { LabConversion().sRGB(self) }

  /// The distance from gray.
  public var chroma: Float { (a * a + b * b).squareRoot() }

  func withChroma(times factor: Float) -> LabColor {
    LabColor(lightness: lightness, a: factor * a, b: factor * b)
  }
}

/// Converts between sRGB and Lab through lookup tables, which loops over pixels fetch only once.
struct LabConversion {
  private let linear = SRGB.linearTable
  private let sample = SRGB.sampleTable
  private let root = Self.rootTable

  /// The function of CIE 15: a cube root, with a straight line near 0. Accurate to 1e-7.
  private static let rootTable = TabulatedFunction { $0 > 0.008856 ? cbrt($0) : 7.787 * $0 + 16.0 / 116 }

  /// The white point's X and Z, for a Y of 1.
  private static let white: (x: Float, z: Float) = (0.95047, 1.08883)

  @inline(__always)
  func lightness(_ sRGB: SIMD3<Float>) -> Float {
    116 * root(luminance(light(sRGB))) - 16
  }

  @inline(__always)
  func lab(_ sRGB: SIMD3<Float>) -> LabColor {
    let light = light(sRGB)
    let x = root((0.412453 * light.x + 0.357580 * light.y + 0.180423 * light.z) / Self.white.x)
    let y = root(luminance(light))
    let z = root((0.019334 * light.x + 0.119193 * light.y + 0.950227 * light.z) / Self.white.z)
    return LabColor(lightness: 116 * y - 16, a: 500 * (x - y), b: 200 * (y - z))
  }

  @inline(__always)
  private func light(_ sRGB: SIMD3<Float>) -> SIMD3<Float> {
    SIMD3(linear(sRGB.x), linear(sRGB.y), linear(sRGB.z))
  }

  @inline(__always)
  private func luminance(_ light: SIMD3<Float>) -> Float {
    0.212671 * light.x + 0.715160 * light.y + 0.072169 * light.z
  }

  /// Linear red, green and blue; beyond 0...1 for colours outside sRGB's gamut.
  @inline(__always)
  func light(_ color: LabColor) -> SIMD3<Float> {
    let root = Self.root(ofLightness: color.lightness)
    let x = Self.white.x * Self.cube(root + color.a / 500)
    let y = Self.cube(root)
    let z = Self.white.z * Self.cube(root - color.b / 200)
    return SIMD3(
      3.24048134 * x - 1.53715152 * y - 0.49853633 * z, -0.96925495 * x + 1.87599 * y + 0.04155593 * z,
      0.05564664 * x - 0.20404134 * y + 1.05731107 * z)
  }

  /// The colour in sRGB, brought into its gamut.
  @inline(__always)
  func sRGB(_ color: LabColor) -> SIMD3<Float> {
    // Gray must come out exactly; the rounded matrix and white would only come close.
    if color.a == 0 && color.b == 0 {
      return SIMD3(repeating: sample(Self.cube(Self.root(ofLightness: color.lightness))))
    }
    var light = light(color)
    if !Self.isDisplayable(light) { light = self.light(broughtIntoGamut(color)) }
    return SIMD3(sample(light.x), sample(light.y), sample(light.z))
  }

  @inline(__always)
  private static func root(ofLightness lightness: Float) -> Float {
    (min(max(lightness, 0), 100) + 16) / 116
  }

  /// The inverse of `rootTable`.
  @inline(__always)
  private static func cube(_ root: Float) -> Float {
    root > 0.206893 ? root * root * root : (root - 16 / 116) / 7.787
  }
}
