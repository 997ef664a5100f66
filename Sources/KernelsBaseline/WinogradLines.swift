/// The one-dimensional transforms of Winograd's minimal filtering. With A, B and G as in Lavin and Gray (2016), ' the
/// transpose and * elementwise, a tile's output is A'[(G g G') * (B' d B)]A.
typealias Line<let count: Int> = InlineArray<count, Lanes>

@inline(__always)
private func plus(_ sum: Lanes, _ factor: Float, _ value: Lanes) -> Lanes {
  multiplyAdd(sum, Lanes(repeating: factor), value)
}

/// F(4, 3), for kernels of stride 1: four outputs from six inputs.
///
/// The interpolation points are 0, 1, -1, 1/2, -2 and infinity; the rounding error is a third of that with the usual 2
/// in place of 1/2 (Barabasz et al. 2020, "Error analysis and improving the accuracy of Winograd convolution").
enum UnitLines {
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
}

/// F(4, 2), for the two outer taps of a 3-tap kernel with stride 2, which read the same pixels: four outputs from five
/// inputs. The interpolation points are 0, 1, -1, 1/2 and infinity.
private enum PairLines {
  /// B' d.
  @inline(__always)
  static func input(_ d: Line<5>) -> Line<5> {
    let even = d[3] - d[1]
    return [
      plus(even, 0.5, d[0] - d[2]),
      plus(d[3], 0.5, d[2] - d[1]),
      plus(plus(d[3], -1.5, d[2]), 0.5, d[1]),
      even,
      plus(d[4] - d[2], -0.5, even),
    ]
  }

  /// A' m.
  @inline(__always)
  static func output(_ m: Line<5>) -> Line<4> {
    let (sum, difference) = (m[1] + m[2], m[1] - m[2])
    return [
      m[0] + sum + m[3],
      plus(difference, 0.5, m[3]),
      plus(sum, 0.25, m[3]),
      plus(difference + m[4], 0.125, m[3]),
    ]
  }

  /// A d, the adjoint of `output`.
  @inline(__always)
  static func outputGradient(_ d: Line<4>) -> Line<5> {
    let (even, odd) = (d[0] + d[2], d[1] + d[3])
    return [
      d[0],
      even + odd,
      even - odd,
      plus(plus(plus(d[0], 0.5, d[1]), 0.25, d[2]), 0.125, d[3]),
      d[3],
    ]
  }

  /// G g.
  @inline(__always)
  static func weight(_ g: Line<2>) -> Line<5> {
    [g[0] * 2, g[0] + g[1], (g[1] - g[0]) * (1 / 3), plus(g[0] * 2, 1, g[1]) * (-4 / 3), g[1]]
  }

  /// G' u, the adjoint of `weight`.
  @inline(__always)
  static func weightGradient(_ u: Line<5>) -> Line<2> {
    let (third, half) = (u[2] * (1 / 3), u[3] * (-4 / 3))
    return [plus(u[1] - third, 2, u[0] + half), u[1] + third + half + u[4]]
  }
}

/// 3-tap kernels with stride 2: four outputs from nine inputs. The outer taps read the even inputs and are filtered by
/// `PairLines`, whose five values come first; the middle tap reads the odd inputs, which are multiplied directly.
enum StridedLines {
  @inline(__always)
  static func input(_ d: Line<9>) -> Line<9> {
    let pair = PairLines.input([d[0], d[2], d[4], d[6], d[8]])
    return [pair[0], pair[1], pair[2], pair[3], pair[4], d[1], d[3], d[5], d[7]]
  }

  @inline(__always)
  static func output(_ m: Line<9>) -> Line<4> {
    let pair = PairLines.output([m[0], m[1], m[2], m[3], m[4]])
    return [pair[0] + m[5], pair[1] + m[6], pair[2] + m[7], pair[3] + m[8]]
  }

  @inline(__always)
  static func outputGradient(_ d: Line<4>) -> Line<9> {
    let pair = PairLines.outputGradient(d)
    return [pair[0], pair[1], pair[2], pair[3], pair[4], d[0], d[1], d[2], d[3]]
  }

  @inline(__always)
  static func weight(_ g: Line<3>) -> Line<9> {
    let pair = PairLines.weight([g[0], g[2]])
    return [pair[0], pair[1], pair[2], pair[3], pair[4], g[1], g[1], g[1], g[1]]
  }

  @inline(__always)
  static func weightGradient(_ u: Line<9>) -> Line<3> {
    let pair = PairLines.weightGradient([u[0], u[1], u[2], u[3], u[4]])
    return [pair[0], u[5] + u[6] + u[7] + u[8], pair[1]]
  }
}

/// The input gradient of a 3-tap kernel with stride 2 and padding 1, which is also the transposed convolution: eight
/// outputs from five inputs. The even outputs are the middle tap's products, the odd ones the outer taps', filtered by
/// `PairLines`.
enum EnlargingLines {
  @inline(__always)
  static func input(_ d: Line<5>) -> Line<9> {
    let pair = PairLines.input(d)
    return [pair[0], pair[1], pair[2], pair[3], pair[4], d[0], d[1], d[2], d[3]]
  }

  @inline(__always)
  static func output(_ m: Line<9>) -> Line<8> {
    let pair = PairLines.output([m[0], m[1], m[2], m[3], m[4]])
    return [m[5], pair[0], m[6], pair[1], m[7], pair[2], m[8], pair[3]]
  }

  @inline(__always)
  static func weight(_ g: Line<3>) -> Line<9> {
    let pair = PairLines.weight([g[2], g[0]])
    return [pair[0], pair[1], pair[2], pair[3], pair[4], g[1], g[1], g[1], g[1]]
  }
}
