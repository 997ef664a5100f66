extension Image {
  /// Perceived colourfulness (Hasler and Süsstrunk 2003): 0 for gray, about 33 for moderately and 82 for highly
  /// colourful images. Alpha is left out.
  public func colorfulness() -> Double {
    // Sums of red - green, of yellow - blue, and of their squares.
    let sums = pixels.withUnsafeBufferPointer { samples in
      pieceSums { range in
        range.reduce(SIMD4<Double>.zero) { sum, pixel in
          let color = 255 * SIMD3<Double>(color(of: pixel, in: samples))
          let (redGreen, yellowBlue) = (color.x - color.y, (color.x + color.y) / 2 - color.z)
          return sum + SIMD4(redGreen, yellowBlue, redGreen * redGreen, yellowBlue * yellowBlue)
        }
      }
    }
    let mean = sums.reduce(.zero, +) / Double(width * height)
    let squaredMeans = mean.x * mean.x + mean.y * mean.y
    let variances = max(0, mean.z + mean.w - squaredMeans)
    return variances.squareRoot() + 0.3 * squaredMeans.squareRoot()
  }
}
