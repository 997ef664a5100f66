import Tensors
import Threads

/// Joint bilateral upsampling (Kopf et al. 2007): enlarges what was found on a small image, along the edges of the large
/// image, the guide.
///
/// Each pixel takes a weighted mean of the surrounding 4x4 small pixels; nearby ones that are like it in the guide weigh
/// most. A mean cannot overshoot, so uniform colours stay uniform, edges get no halos, and the guide's texture does not
/// leak into the result.
package struct JointUpsampling {
  /// The radius of the window in small pixels: enough to reach some that lie entirely on the pixel's side of an edge.
  private static let radius = 2
  private static let tapCount = 2 * radius

  private let height: Int, width: Int
  private let guides: Int, valueCount: Int
  /// Strides, in values, between the rows of a plane and between planes.
  private let rowStride: Int, planeStride: Int
  /// Planes of the small image's guides, of the values, and of the inverse of the variance within which guides count as
  /// similar, each padded by repeating border pixels as far as the window reaches.
  private let planes: [Float]

  /// - Parameters:
  ///   - values: `[1, h, w, 1...3]`, what is enlarged.
  ///   - small: `[1, h, w, channels]`, the guide at their size.
  ///   - variance: the variance of the guide within which the small pixel of that index counts as similar, summed over
  ///     the guide's channels.
  package init(_ values: NDArray, of small: NDArray, variance: (Int) -> Float) {
    let shape = small.shape
    (height, width, guides, valueCount) = (shape[1], shape[2], shape[3], values.shape[3])
    precondition(
      shape[0] == 1 && values.shape == [1, height, width, valueCount] && (1...3).contains(valueCount),
      "an array of shape \(values.shape) cannot be enlarged along an image of shape \(shape)")
    let (height, width) = (height, width)
    let (rows, columns) = (-Self.radius..<height + Self.radius, -Self.radius..<width + Self.radius)
    func plane(_ value: (Int) -> Float) -> [Float] {
      rows.flatMap { y in
        let row = min(max(y, 0), height - 1) * width
        return columns.map { value(row + min(max($0, 0), width - 1)) }
      }
    }
    func planes(of array: NDArray, _ channels: Int) -> [Float] {
      array.withHostMemory { array in (0..<channels).flatMap { channel in plane { array[channels * $0 + channel] } } }
    }
    (rowStride, planeStride) = (columns.count, rows.count * columns.count)
    self.planes = planes(of: small, guides) + planes(of: values, valueCount) + plane { 1 / (16 * variance($0)) }
  }

  /// Rows of the enlarged values: `[1, rows, width, 1...3]`.
  ///
  /// - Parameters:
  ///   - guide: those rows of the large image, `[1, rows, width, channels]`.
  ///   - height: the height of the whole large image.
  package func rows(_ rows: Range<Int>, along guide: NDArray, height fullHeight: Int) -> NDArray {
    precondition(
      guide.shape[0] == 1 && guide.shape[1] == rows.count && guide.shape[3] == guides,
      "an array of shape \(guide.shape) is not \(rows.count) rows of a guide of \(guides) channels")
    // Constant counts let the compiler unroll the loops over channels.
    switch (guides, valueCount) {
    case (1, 2): return result(rows, along: guide, fullHeight, guides: 1, values: 2)
    case (3, 3): return result(rows, along: guide, fullHeight, guides: 3, values: 3)
    default: return result(rows, along: guide, fullHeight, guides: guides, values: valueCount)
    }
  }

  @inline(__always)
  private func result(
    _ rows: Range<Int>, along guide: NDArray, _ fullHeight: Int, guides: Int, values: Int
  ) -> NDArray {
    let fullWidth = guide.shape[2]
    let rowTaps = Self.taps(rows, of: fullHeight, among: height)
    let columnTaps = Self.taps(0..<fullWidth, of: fullWidth, among: width)
    return guide.withHostMemory { guide in
      NDArray(shape: [1, rows.count, fullWidth, values]) { result in
        planes.withUnsafeBytes { planes in
          Bands.run(over: rows.count * fullWidth) { range in
            for pixel in range {
              let (y, x) = pixel.quotientAndRemainder(dividingBy: fullWidth)
              var center = SIMD4<Float>.zero
              for channel in 0..<guides { center[channel] = guide[guides * pixel + channel] }
              let mean = mean(
                around: center, rowTaps[y], columnTaps[x], in: planes, guides: guides, values: values)
              for channel in 0..<values { result[values * pixel + channel] = mean[channel] }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private func mean(
    around center: SIMD4<Float>, _ row: Taps, _ column: Taps, in planes: UnsafeRawBufferPointer, guides: Int,
    values: Int
  ) -> SIMD4<Float> {
    var total = SIMD4<Float>.zero
    var sums = (SIMD4<Float>.zero, SIMD4<Float>.zero, SIMD4<Float>.zero)
    for tap in 0..<Self.tapCount {
      let first = (row.first + tap) * rowStride + column.first
      func load(_ plane: Int) -> SIMD4<Float> {
        let offset = (plane * planeStride + first) * MemoryLayout<Float>.stride
        return planes.loadUnaligned(fromByteOffset: offset, as: SIMD4<Float>.self)
      }
      let narrowness = load(guides + values)
      var distance = SIMD4<Float>.zero
      for channel in 0..<guides {
        let difference = load(channel) - center[channel]
        distance += narrowness * difference * difference
      }
      // The eighth power of 1 / (1 + x / 8) approximates exp(-x) in a tenth of the time, and is never 0.
      var likeness = 1 / (1 + distance)
      likeness *= likeness
      likeness *= likeness
      likeness *= likeness
      let weights = likeness * (row.weights[tap] * column.weights)
      total += weights
      sums.0 += weights * load(guides)
      if values > 1 { sums.1 += weights * load(guides + 1) }
      if values > 2 { sums.2 += weights * load(guides + 2) }
    }
    return SIMD4(sums.0.sum(), sums.1.sum(), sums.2.sum(), 0) / total.sum()
  }

  /// Along one axis: the small pixels around a large pixel's centre, and their weights.
  private struct Taps {
    /// The plane index of the first small pixel.
    let first: Int
    let weights: SIMD4<Float>
  }

  private static func taps(_ positions: Range<Int>, of count: Int, among smallCount: Int) -> [Taps] {
    positions.map { index in
      let center = (Double(index) + 0.5) * Double(smallCount) / Double(count) - 0.5
      let first = Int(center.rounded(.down)) - radius + 1
      var weights = SIMD4<Float>.zero
      for tap in 0..<tapCount {
        // Nearly a Gaussian with a deviation of 0.7, but exactly 0 where a pixel enters or leaves the window, so that
        // no seam shows.
        let distance = (Double(first + tap) - center) / Double(radius)
        let square = max(0, 1 - distance * distance) * max(0, 1 - distance * distance)
        weights[tap] = Float(square * square)
      }
      return Taps(first: first + radius, weights: weights)
    }
  }
}
