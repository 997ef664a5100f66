/// exp(x) of sixteen values of at most 0, to about one unit in the last place: 2^n exp(r) with |r| at most ln 2 / 2, by the
/// polynomial of Cephes' `expf`. The C library's takes one value at a time.
enum NegativeExponential {
  /// Below this, exp(x) is not a normal number and counts as 0.
  private static let least: Float = -87.3
  /// Adding and subtracting 1.5 * 2^23 rounds to a whole number.
  private static let rounding: Float = 12_582_912

  @inline(__always)
  static func of(_ x: SIMD16<Float>) -> SIMD16<Float> {
    let clamped = x.replacing(with: least, where: x .< least)
    let rounded = clamped * 1.442_695_04 + rounding
    let n = rounded - rounding
    let r = clamped - n * 0.693_359_375 + n * 2.121_944_4e-4
    var polynomial = SIMD16<Float>(repeating: 1.987_569_15e-4)
    polynomial = polynomial * r + 1.398_199_95e-3
    polynomial = polynomial * r + 8.333_452e-3
    polynomial = polynomial * r + 4.166_579_6e-2
    polynomial = polynomial * r + 1.666_666_55e-1
    polynomial = polynomial * r + 0.5
    // The low bits of `rounded` are n as an integer; no conversion, which would trap at what is not a number.
    let exponent = unsafeBitCast(rounded, to: SIMD16<Int32>.self) &- Int32(bitPattern: rounding.bitPattern) &+ 127
    let scale = unsafeBitCast(exponent &<< 23, to: SIMD16<Float>.self)
    let result = (polynomial * r * r + r + 1) * scale
    return result.replacing(with: 0, where: x .< least)
  }
}
