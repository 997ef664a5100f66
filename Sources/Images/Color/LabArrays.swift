import Tensors
import Threads

extension Image {
  /// The image in CIE Lab, scaled as colorization networks expect: lightness, L/50 - 1, as `[1, height, width, 1]`, and
  /// chroma, a/110 and b/110, as `[1, height, width, 2]`. Alpha is left out.
  public func labArrays() -> (lightness: NDArray, chroma: NDArray) {
    let conversion = LabConversion()
    var lightness = NDArray(0)
    let chroma = NDArray(shape: [1, height, width, 2]) { chroma in
      lightness = NDArray(shape: [1, height, width, 1]) { lightness in
        forColors { pixel, sRGB in
          let color = conversion.lab(sRGB)
          lightness[pixel] = color.lightness / 50 - 1
          chroma[2 * pixel] = color.a / 110
          chroma[2 * pixel + 1] = color.b / 110
        }
      }
    }
    return (lightness, chroma)
  }

  /// Only the lightness of `labArrays()`.
  public func lightnessArray() -> NDArray {
    let conversion = LabConversion()
    return NDArray(shape: [1, height, width, 1]) { lightness in
      forColors { pixel, sRGB in lightness[pixel] = conversion.lightness(sRGB) / 50 - 1 }
    }
  }

  /// A colour image from image `index` of arrays like those of `labArrays()`, `[N, height, width, 1]` and `[N, height,
  /// width, 2]`. Out-of-gamut colours lose chroma but keep their lightness and hue.
  public init(lightness: NDArray, chroma: NDArray, index: Int = 0, metadata: ImageMetadata = ImageMetadata()) {
    let shape = lightness.shape
    precondition(
      shape.rank == 4 && shape[3] == 1 && chroma.shape == [shape[0], shape[1], shape[2], 2],
      "arrays of shape \(shape) and \(chroma.shape) are not lightness and chroma: they should be [N, height, width, 1] "
        + "and [N, height, width, 2]")
    precondition((0..<shape[0]).contains(index), "there is no image \(index) in an array of shape \(shape)")
    let count = shape[1] * shape[2]
    let conversion = LabConversion()
    let pixels = [Float](unsafeUninitializedCapacity: 3 * count) { pixels, initializedCount in
      let pixels = pixels
      lightness.withHostMemory { lightness in
        chroma.withHostMemory { chroma in
          Bands.run(over: count) { range in
            for pixel in range {
              let source = index * count + pixel
              let color = LabColor(
                lightness: 50 * (lightness[source] + 1), a: 110 * chroma[2 * source], b: 110 * chroma[2 * source + 1])
              let sRGB = conversion.sRGB(color)
              for channel in 0..<3 { pixels[3 * pixel + channel] = sRGB[channel] }
            }
          }
        }
      }
      initializedCount = 3 * count
    }
    self.init(width: shape[2], height: shape[1], channels: 3, pixels: pixels, metadata: metadata)
  }

  /// A gray image of the same lightness, in three channels.
  func withoutColors() -> Image {
    Image(lightness: lightnessArray(), chroma: NDArray(repeating: 0, shape: [1, height, width, 2]))
  }

  /// Calls `body` on several threads with each pixel's index and colour; gray is repeated.
  private func forColors(_ body: (Int, SIMD3<Float>) -> Void) {
    pixels.withUnsafeBufferPointer { samples in
      Bands.run(over: width * height) { range in
        for pixel in range { body(pixel, color(of: pixel, in: samples)) }
      }
    }
  }

  /// Red, green and blue of a pixel; gray is repeated, alpha left out.
  ///
  /// - Parameter samples: the image's `pixels`.
  @inline(__always)
  func color(of pixel: Int, in samples: UnsafeBufferPointer<Float>) -> SIMD3<Float> {
    let first = pixel * channels
    return channels < 3
      ? SIMD3(repeating: samples[first]) : SIMD3(samples[first], samples[first + 1], samples[first + 2])
  }
}
