/// As many channels as the transforms take at once: what fits one register of baseline x86-64 and arm64.
typealias WinogradLanes = SIMD4<Float>

/// The small matrices of F(4x4, 3x3), each applied to rows, then columns, on several channels at once. With B, G and A
/// as in Lavin and Gray: output = A'[(G g G') * (B' d B)]A.
///
/// The points are 0, 1, -1, 1/2, -2 and infinity: rounding costs a third of what it does with the more usual 2 for
/// 1/2 (Barabasz et al. 2020, "Error analysis and improving the accuracy of Winograd convolution").
///
/// Pointers name the first of `WinogradLanes.scalarCount` channels; strides are in values.
enum WinogradTransform {
  /// B' d B: a 6x6 patch of the input to the 36 transformed positions.
  @inline(__always)
  static func input(
    from patch: UnsafePointer<Float>, rowStride: Int, columnStride: Int,
    into target: UnsafeMutablePointer<Float>, targetStride: Int
  ) {
    withUnsafeTemporaryAllocation(of: WinogradLanes.self, capacity: 36) { half in
      for row in 0..<6 {
        let source = patch + row * rowStride
        let line = inputLine(
          load(source), load(source + columnStride), load(source + 2 * columnStride), load(source + 3 * columnStride),
          load(source + 4 * columnStride), load(source + 5 * columnStride))
        half[row * 6] = line.0
        half[row * 6 + 1] = line.1
        half[row * 6 + 2] = line.2
        half[row * 6 + 3] = line.3
        half[row * 6 + 4] = line.4
        half[row * 6 + 5] = line.5
      }
      for column in 0..<6 {
        let line = inputLine(
          half[column], half[6 + column], half[12 + column], half[18 + column], half[24 + column], half[30 + column])
        storeColumn(line, target + column * targetStride, 6 * targetStride)
      }
    }
  }

  /// A' m A: the 36 products to a 4x4 tile of the output, of which `height` x `width` lie in the image.
  @inline(__always)
  static func output(
    from products: UnsafePointer<Float>, stride: Int, bias: UnsafePointer<Float>?,
    into target: UnsafeMutablePointer<Float>, rowStride: Int, columnStride: Int, height: Int, width: Int
  ) {
    withUnsafeTemporaryAllocation(of: WinogradLanes.self, capacity: 24) { half in
      for column in 0..<6 {
        let source = products + column * stride
        let line = outputLine(
          load(source), load(source + 6 * stride), load(source + 12 * stride), load(source + 18 * stride),
          load(source + 24 * stride), load(source + 30 * stride))
        half[column] = line.0
        half[6 + column] = line.1
        half[12 + column] = line.2
        half[18 + column] = line.3
      }
      let shift = bias.map { load($0) } ?? .zero
      for row in 0..<height {
        let line = outputLine(
          half[row * 6], half[row * 6 + 1], half[row * 6 + 2], half[row * 6 + 3], half[row * 6 + 4],
          half[row * 6 + 5])
        let place = target + row * rowStride
        store(line.0 + shift, place)
        if width > 1 { store(line.1 + shift, place + columnStride) }
        if width > 2 { store(line.2 + shift, place + 2 * columnStride) }
        if width > 3 { store(line.3 + shift, place + 3 * columnStride) }
      }
    }
  }

  /// A d A': the adjoint of `output`, a 4x4 tile of its gradient to the gradient of the 36 products.
  @inline(__always)
  static func outputGradient(
    from patch: UnsafePointer<Float>, rowStride: Int, columnStride: Int,
    into target: UnsafeMutablePointer<Float>, targetStride: Int
  ) {
    withUnsafeTemporaryAllocation(of: WinogradLanes.self, capacity: 24) { half in
      for row in 0..<4 {
        let source = patch + row * rowStride
        let line = outputGradientLine(
          load(source), load(source + columnStride), load(source + 2 * columnStride), load(source + 3 * columnStride))
        half[row * 6] = line.0
        half[row * 6 + 1] = line.1
        half[row * 6 + 2] = line.2
        half[row * 6 + 3] = line.3
        half[row * 6 + 4] = line.4
        half[row * 6 + 5] = line.5
      }
      for column in 0..<6 {
        let line = outputGradientLine(half[column], half[6 + column], half[12 + column], half[18 + column])
        storeColumn(line, target + column * targetStride, 6 * targetStride)
      }
    }
  }

  /// G g G': a 3x3 kernel to its 36 transformed positions.
  @inline(__always)
  static func weight(
    from kernel: UnsafePointer<Float>, stride: Int, into target: UnsafeMutablePointer<Float>, targetStride: Int
  ) {
    withUnsafeTemporaryAllocation(of: WinogradLanes.self, capacity: 18) { half in
      for row in 0..<3 {
        let source = kernel + row * 3 * stride
        let line = weightLine(load(source), load(source + stride), load(source + 2 * stride))
        half[row * 6] = line.0
        half[row * 6 + 1] = line.1
        half[row * 6 + 2] = line.2
        half[row * 6 + 3] = line.3
        half[row * 6 + 4] = line.4
        half[row * 6 + 5] = line.5
      }
      for column in 0..<6 {
        let line = weightLine(half[column], half[6 + column], half[12 + column])
        storeColumn(line, target + column * targetStride, 6 * targetStride)
      }
    }
  }

  /// G' u G: the adjoint of `weight`, the gradient of the 36 positions to that of the 3x3 kernel.
  @inline(__always)
  static func weightGradient(
    from products: UnsafePointer<Float>, stride: Int, into target: UnsafeMutablePointer<Float>, targetStride: Int
  ) {
    withUnsafeTemporaryAllocation(of: WinogradLanes.self, capacity: 18) { half in
      for column in 0..<6 {
        let source = products + column * stride
        let line = weightGradientLine(
          load(source), load(source + 6 * stride), load(source + 12 * stride), load(source + 18 * stride),
          load(source + 24 * stride), load(source + 30 * stride))
        half[column] = line.0
        half[6 + column] = line.1
        half[12 + column] = line.2
      }
      for row in 0..<3 {
        let line = weightGradientLine(
          half[row * 6], half[row * 6 + 1], half[row * 6 + 2], half[row * 6 + 3], half[row * 6 + 4],
          half[row * 6 + 5])
        store(line.0, target + row * 3 * targetStride)
        store(line.1, target + (row * 3 + 1) * targetStride)
        store(line.2, target + (row * 3 + 2) * targetStride)
      }
    }
  }

  private typealias V = WinogradLanes

  @inline(__always)
  private static func inputLine(_ d0: V, _ d1: V, _ d2: V, _ d3: V, _ d4: V, _ d5: V) -> (V, V, V, V, V, V) {
    let even = d4 - d2
    let odd = d3 - d1
    return (
      d0 - d2 + even + 1.5 * odd,
      even + odd + 1.5 * (d2 + d3),
      even - odd - 1.5 * (d2 - d3),
      even + 2 * odd,
      even - 0.5 * odd,
      d5 - d3 - odd + 1.5 * even
    )
  }

  @inline(__always)
  private static func outputLine(_ m0: V, _ m1: V, _ m2: V, _ m3: V, _ m4: V, _ m5: V) -> (V, V, V, V) {
    let (sum, difference) = (m1 + m2, m1 - m2)
    return (
      m0 + sum + m3 + m4,
      difference + 0.5 * m3 - 2 * m4,
      sum + 0.25 * m3 + 4 * m4,
      difference + 0.125 * m3 - 8 * m4 + m5
    )
  }

  @inline(__always)
  private static func outputGradientLine(_ d0: V, _ d1: V, _ d2: V, _ d3: V) -> (V, V, V, V, V, V) {
    let (even, odd) = (d0 + d2, d1 + d3)
    return (
      d0,
      even + odd,
      even - odd,
      d0 + 0.5 * d1 + 0.25 * d2 + 0.125 * d3,
      d0 - 2 * d1 + 4 * d2 - 8 * d3,
      d3
    )
  }

  @inline(__always)
  private static func weightLine(_ g0: V, _ g1: V, _ g2: V) -> (V, V, V, V, V, V) {
    let even = g0 + g2
    return (
      g0,
      (even + g1) * (1 / 3),
      (g1 - even) * (1 / 3),
      (g0 + 0.5 * g1 + 0.25 * g2) * (-16 / 15),
      (g0 - 2 * g1 + 4 * g2) * (1 / 15),
      g2
    )
  }

  @inline(__always)
  private static func weightGradientLine(_ u0: V, _ u1: V, _ u2: V, _ u3: V, _ u4: V, _ u5: V) -> (V, V, V) {
    let (sum, difference) = ((u1 + u2) * (1 / 3), (u1 - u2) * (1 / 3))
    let (half, two) = (u3 * (-16 / 15), u4 * (1 / 15))
    return (
      u0 + difference + half + two,
      sum + 0.5 * half - 2 * two,
      difference + 0.25 * half + 4 * two + u5
    )
  }

  @inline(__always)
  private static func storeColumn(
    _ line: (V, V, V, V, V, V), _ target: UnsafeMutablePointer<Float>, _ stride: Int
  ) {
    store(line.0, target)
    store(line.1, target + stride)
    store(line.2, target + 2 * stride)
    store(line.3, target + 3 * stride)
    store(line.4, target + 4 * stride)
    store(line.5, target + 5 * stride)
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>) -> V {
    UnsafeRawPointer(pointer).loadUnaligned(as: V.self)
  }

  @inline(__always)
  private static func store(_ value: V, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: V.self)
  }
}
