import Images
import Tensors

extension Image {
  /// Adds Gaussian noise and clamps to 0...1.
  ///
  /// - Parameters:
  ///   - deviation: its standard deviation, of values in 0...1.
  ///   - isGray: whether all channels of a pixel get the same noise.
  /// - first: the first index of `random` to draw from; each index serves four samples.
  package func addingGaussianNoise(deviation: Float, isGray: Bool, random: Random, from first: Int) -> Image {
    var normals = SIMD4<Float>.zero
    return addingNoise(isGray: isGray) { index in
      if index % 4 == 0 { normals = random.normals(at: first + index / 4) }
      return deviation * normals[index % 4]
    }
  }

  /// Adds `scale` times the shot noise of photon counts, and clamps to 0...1: the count of a sample of value v is a
  /// Poisson variable with mean v times white's count.
  ///
  /// White's count is the number of distinct 8-bit levels in the image, rounded up to a power of two. Gray noise is
  /// that of the luma.
  package func addingPoissonNoise(scale: Float, isGray: Bool, random: Random, from first: Int) -> Image {
    let source = isGray ? grayscale() : self
    let levels = source.bytes()
    let quanta = PoissonLevels(levels)
    var uniforms = SIMD4<Float>.zero
    return addingNoise(isGray: isGray) { index in
      if index % 4 == 0 { uniforms = random.uniforms(at: first + index / 4) }
      return scale * quanta.noise(level: Int(levels[index]), uniform: uniforms[index % 4])
    }
  }

  /// - Parameter noise: called in order, once per pixel for gray noise, otherwise once per sample.
  private func addingNoise(isGray: Bool, _ noise: (_ index: Int) -> Float) -> Image {
    let step = isGray ? channels : 1
    let noisy = [Float](unsafeUninitializedCapacity: pixels.count) { target, initializedCount in
      pixels.withUnsafeBufferPointer { pixels in
        for index in 0..<pixels.count / step {
          let noise = noise(index)
          for sample in index * step..<(index + 1) * step {
            target[sample] = min(max(pixels[sample] + noise, 0), 1)
          }
        }
      }
      initializedCount = pixels.count
    }
    return Image(width: width, height: height, channels: channels, pixels: noisy, bitDepth: bitDepth)
  }
}
