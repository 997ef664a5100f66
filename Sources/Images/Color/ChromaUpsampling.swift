import Tensors
import Threads

/// Joint bilateral upsampling (Kopf et al. 2007): enlarges colours that were found on a small image, along the edges of
/// the large image's lightness.
///
/// Each pixel takes a weighted mean of the surrounding 4x4 small pixels; nearby ones of similar lightness weigh most.
/// Where lightness varies within the small pixels, as in foliage, larger differences count as similar. A mean cannot
/// overshoot, so uniform colours stay uniform, edges get no halos, and texture does not leak into the colours.
///
/// A guided filter (He et al. 2013), which models colour as a linear function of lightness in each window, left halos
/// and texture beside edges, and reproduced the colours of photographs less well.
package struct ChromaUpsampling {
  /// The radius of the window in small pixels: enough to reach some that lie entirely on the pixel's side of an edge. Wider
  /// windows reproduced the colours of photographs less well.
  private static let radius = 2
  private static let tapCount = 2 * radius
  /// The variance within which lightness counts as similar: a deviation of 1.5 of Lab's 100, plus twice the texture's
  /// variance.
  private static let variance: Float = 0.03 * 0.03
  private static let textureWeight: Float = 2

  private let lightness: NDArray
  private let height: Int, width: Int
  /// Strides, in values, between the rows of a plane and between planes.
  private let rowStride: Int, planeStride: Int
  /// Four planes: the small image's lightness, a, b, and the inverse of the variance within which lightness counts as
  /// similar, each padded by repeating border pixels as far as the window reaches.
  private let planes: [Float]

  /// Enlarges chroma to the size of `lightness`: `[1, height, width, 2]`. At the small image's size it is returned
  /// unchanged.
  ///
  /// - Parameters:
  ///   - chroma: `[1, h, w, 2]`, as `Image.labArrays()` has it.
  /// - small: `[1, h, w, 1]`, the lightness of the small image, in which the chroma was found.
  ///   - lightness: `[1, height, width, 1]`, the lightness of the large image.
  package static func chroma(_ chroma: NDArray, of small: NDArray, for lightness: NDArray) -> NDArray {
    for shape in [small.shape, lightness.shape] {
      precondition(
        shape.rank == 4 && shape[0] == 1 && shape[3] == 1, "the shape \(shape) is not that of one image's lightness")
    }
    precondition(
      chroma.shape == [1, small.shape[1], small.shape[2], 2],
      "an array of shape \(chroma.shape) is not the chroma of an image of shape \(small.shape)")
    if small.shape == lightness.shape { return chroma }
    return ChromaUpsampling(chroma, of: small, for: lightness).result()
  }

  private init(_ chroma: NDArray, of small: NDArray, for lightness: NDArray) {
    let (height, width) = (small.shape[1], small.shape[2])
    let texture = LightnessTexture.variances(of: lightness, height: height, width: width)
    let (rows, columns) = (-Self.radius..<height + Self.radius, -Self.radius..<width + Self.radius)
    func plane(_ value: (Int) -> Float) -> [Float] {
      rows.flatMap { y in
        let row = min(max(y, 0), height - 1) * width
        return columns.map { value(row + min(max($0, 0), width - 1)) }
      }
    }
    self.lightness = lightness
    (self.height, self.width) = (height, width)
    (rowStride, planeStride) = (columns.count, rows.count * columns.count)
    let narrowness = plane { 1 / (16 * (Self.variance + Self.textureWeight * texture[$0])) }
    planes =
      small.withHostMemory { values in plane { values[$0] } }
      + chroma.withHostMemory { values in plane { values[2 * $0] } + plane { values[2 * $0 + 1] } } + narrowness
  }

  private func result() -> NDArray {
    let (fullHeight, fullWidth) = (lightness.shape[1], lightness.shape[2])
    let (rows, columns) = (Self.taps(fullHeight, among: height), Self.taps(fullWidth, among: width))
    return lightness.withHostMemory { lightness in
      NDArray(shape: [1, fullHeight, fullWidth, 2]) { chroma in
        planes.withUnsafeBytes { planes in
          Bands.run(over: fullHeight * fullWidth) { range in
            for pixel in range {
              let (y, x) = pixel.quotientAndRemainder(dividingBy: fullWidth)
              let mean = mean(around: lightness[pixel], rows[y], columns[x], in: planes)
              (chroma[2 * pixel], chroma[2 * pixel + 1]) = mean
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private func mean(
    around center: Float, _ row: Taps, _ column: Taps, in planes: UnsafeRawBufferPointer
  ) -> (a: Float, b: Float) {
    var (total, sumOfA, sumOfB) = (SIMD4<Float>.zero, SIMD4<Float>.zero, SIMD4<Float>.zero)
    for tap in 0..<Self.tapCount {
      let first = (row.first + tap) * rowStride + column.first
      func load(_ plane: Int) -> SIMD4<Float> {
        let offset = (plane * planeStride + first) * MemoryLayout<Float>.stride
        return planes.loadUnaligned(fromByteOffset: offset, as: SIMD4<Float>.self)
      }
      let difference = load(0) - center
      // The eighth power of 1 / (1 + x / 8) approximates exp(-x) in a tenth of the time, and is never 0.
      var likeness = 1 / (1 + load(3) * difference * difference)
      likeness *= likeness
      likeness *= likeness
      likeness *= likeness
      let weights = likeness * (row.weights[tap] * column.weights)
      total += weights
      sumOfA += weights * load(1)
      sumOfB += weights * load(2)
    }
    let weight = total.sum()
    return (sumOfA.sum() / weight, sumOfB.sum() / weight)
  }

  /// Along one axis: the small pixels around a large pixel's centre, and their weights.
  private struct Taps {
    /// The plane index of the first small pixel.
    let first: Int
    let weights: SIMD4<Float>
  }

  private static func taps(_ count: Int, among smallCount: Int) -> [Taps] {
    (0..<count).map { index in
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
