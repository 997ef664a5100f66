import Tensors
import Threads

/// How much an image's lightness varies within the pixels of a smaller version of it.
enum LightnessTexture {
  /// The smallest variance within each small pixel and its neighbours, so that edges do not count; 0 if the other image
  /// is not smaller.
  ///
  /// - Parameter lightness: `[1, H, W, 1]`.
  static func variances(of lightness: NDArray, height: Int, width: Int) -> [Float] {
    let variances = ownVariances(of: lightness, height: height, width: width)
    return (0..<height).flatMap { y in
      (0..<width).map { x in
        var least = Float.infinity
        for row in max(0, y - 1)...min(height - 1, y + 1) {
          for column in max(0, x - 1)...min(width - 1, x + 1) { least = min(least, variances[row * width + column]) }
        }
        return least
      }
    }
  }

  private static func ownVariances(of lightness: NDArray, height: Int, width: Int) -> [Float] {
    let (fullHeight, fullWidth) = (lightness.shape[1], lightness.shape[2])
    return [Float](unsafeUninitializedCapacity: height * width) { variances, initializedCount in
      let variances = variances
      lightness.withHostMemory { lightness in
        ThreadPool.run(count: height) { row in
          // The count of the values, their sum, and the sum of their squares.
          var moments = [SIMD4<Float>](repeating: .zero, count: width)
          for y in (row * fullHeight / height)..<((row + 1) * fullHeight / height) {
            for x in 0..<fullWidth {
              let value = lightness[y * fullWidth + x]
              moments[x * width / fullWidth] += SIMD4(1, value, value * value, 0)
            }
          }
          for (column, moments) in moments.enumerated() {
            let means = moments / max(1, moments.x)
            variances[row * width + column] = max(0, means.z - means.y * means.y)
          }
        }
      }
      initializedCount = height * width
    }
  }
}
