/// The small matrices of Winograd's F(4x4, 3x3), each applied to one line of values. With B, G and A as in Lavin and Gray
/// (2016): output = A'[(G g G') * (B' d B)]A.
///
/// The points are 0, 1, -1, 1/2, -2 and infinity: rounding costs a third of what it does with the more usual 2 for
/// 1/2 (Barabasz et al. 2020, "Error analysis and improving the accuracy of Winograd convolution").
enum WinogradLines {
  typealias Line<let count: Int> = InlineArray<count, Lanes>

  /// B' d.
  @inline(__always)
  static func input(_ d: Line<6>) -> Line<6> {
    let (even, odd) = (d[4] - d[2], d[3] - d[1])
    return [
      plus(d[0] - d[2] + even, 1.5, odd),
      plus(even + odd, 1.5, d[2] + d[3]),
      plus(even - odd, 1.5, d[3] - d[2]),
      plus(even, 2, odd),
      plus(even, -0.5, odd),
      plus(d[5] - d[3] - odd, 1.5, even),
    ]
  }

  /// A' m.
  @inline(__always)
  static func output(_ m: Line<6>) -> Line<4> {
    let (sum, difference) = (m[1] + m[2], m[1] - m[2])
    return [
      m[0] + sum + m[3] + m[4],
      plus(plus(difference, 0.5, m[3]), -2, m[4]),
      plus(plus(sum, 0.25, m[3]), 4, m[4]),
      plus(plus(difference + m[5], 0.125, m[3]), -8, m[4]),
    ]
  }

  /// A d, the adjoint of `output`.
  @inline(__always)
  static func outputGradient(_ d: Line<4>) -> Line<6> {
    let (even, odd) = (d[0] + d[2], d[1] + d[3])
    return [
      d[0],
      even + odd,
      even - odd,
      plus(plus(plus(d[0], 0.5, d[1]), 0.25, d[2]), 0.125, d[3]),
      plus(plus(plus(d[0], -2, d[1]), 4, d[2]), -8, d[3]),
      d[3],
    ]
  }

  /// G g.
  @inline(__always)
  static func weight(_ g: Line<3>) -> Line<6> {
    let even = g[0] + g[2]
    return [
      g[0],
      (even + g[1]) * (1 / 3),
      (g[1] - even) * (1 / 3),
      plus(plus(g[0], 0.5, g[1]), 0.25, g[2]) * (-16 / 15),
      plus(plus(g[0], -2, g[1]), 4, g[2]) * (1 / 15),
      g[2],
    ]
  }

  /// G' u, the adjoint of `weight`.
  @inline(__always)
  static func weightGradient(_ u: Line<6>) -> Line<3> {
    let (sum, difference) = ((u[1] + u[2]) * (1 / 3), (u[1] - u[2]) * (1 / 3))
    let (half, two) = (u[3] * (-16 / 15), u[4] * (1 / 15))
    return [
      u[0] + difference + half + two,
      plus(plus(sum, 0.5, half), -2, two),
      plus(plus(difference + u[5], 0.25, half), 4, two),
    ]
  }

  @inline(__always)
  private static func plus(_ sum: Lanes, _ factor: Float, _ value: Lanes) -> Lanes {
    multiplyAdd(sum, Lanes(repeating: factor), value)
  }
}
