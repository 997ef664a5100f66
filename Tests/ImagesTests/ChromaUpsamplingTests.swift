import Foundation
import Images
import Tensors
import Testing
import Threads

@Suite(.serialized) struct ChromaUpsamplingTests {
  private static let small = (width: 40, height: 30)
  private static let scale = 16

  /// A blue-green disc on red ground, each with noise in its lightness.
  private struct Disc {
    let width = 40 * 16
    let height = 30 * 16
    let lightness: NDArray
    let chroma: NDArray

    /// The distance from the disc's edge in pixels; negative outside.
    static func depth(x: Int, y: Int) -> Float {
      let (dx, dy) = (Float(x) - 330, Float(y) - 251)
      return 170 - (dx * dx + dy * dy).squareRoot()
    }

    static func isInside(x: Int, y: Int) -> Bool { depth(x: x, y: y) > 0 }

    static func color(isInside: Bool) -> (Float, Float) { isInside ? (-0.2, -0.15) : (0.3, 0.2) }

    init(noise: Float = 0.04) {
      let (width, height) = (width, height)
      let random = Random(seed: 7, purpose: "noise")
      let inside = (0..<width * height).map { Self.isInside(x: $0 % width, y: $0 / width) }
      let values = inside.indices.map { (inside[$0] ? 0.25 : -0.3 as Float) + noise * (random.uniform(at: $0) - 0.5) }
      lightness = NDArray(values, shape: [1, height, width, 1])
      chroma = NDArray(
        inside.flatMap { inside in
          let color = Self.color(isInside: inside)
          return [color.0, color.1]
        }, shape: [1, height, width, 2])
    }
  }

  /// Means of square blocks of pixels.
  private func reduced(_ array: NDArray) -> NDArray {
    array.withHostMemory { values in
      let (width, channels, scale) = (array.shape[2], array.shape[3], Self.scale)
      var means: [Float] = []
      for y in 0..<Self.small.height {
        for x in 0..<Self.small.width {
          for channel in 0..<channels {
            var sum: Float = 0
            for pixel in 0..<scale * scale {
              sum += values[((y * scale + pixel / scale) * width + x * scale + pixel % scale) * channels + channel]
            }
            means.append(sum / Float(scale * scale))
          }
        }
      }
      return NDArray(means, shape: [1, Self.small.height, Self.small.width, channels])
    }
  }

  /// The largest error of pixels at least `distance` from the edge, as a fraction of the difference between the two
  /// colours.
  private func error(of chroma: NDArray, _ disc: Disc, distance: Float) -> Float {
    let values = chroma.scalars
    var largest: Float = 0
    for y in 0..<disc.height {
      for x in 0..<disc.width where abs(Disc.depth(x: x, y: y)) >= distance {
        let color = Disc.color(isInside: Disc.isInside(x: x, y: y))
        let pixel = 2 * (y * disc.width + x)
        let (da, db) = (values[pixel] - color.0, values[pixel + 1] - color.1)
        largest = max(largest, (da * da + db * db).squareRoot())
      }
    }
    let (inside, outside) = (Disc.color(isInside: true), Disc.color(isInside: false))
    let (da, db) = (inside.0 - outside.0, inside.1 - outside.1)
    return largest / (da * da + db * db).squareRoot()
  }

  @Test func colorsChangeWhereLightnessDoes() {
    let disc = Disc()
    let (chroma, lightness) = (reduced(disc.chroma), reduced(disc.lightness))
    let found = ChromaUpsampling.chroma(chroma, of: lightness, for: disc.lightness)
    #expect(found.shape == disc.chroma.shape)
    let bilinear = withoutGradients { Tensor(chroma).upsampledBilinear(by: Self.scale).value }
    let errors = [1, 2, 8].map { (error(of: found, disc, distance: $0), error(of: bilinear, disc, distance: $0)) }
    #expect(errors[0].0 < 0.12 && errors[1].0 < 0.1 && errors[2].0 < 0.1, "\(errors)")
    #expect(errors[0].1 > 0.4 && errors[1].1 > 0.4 && errors[2].1 > 0.2, "\(errors)")
  }

  @Test func flatColorsStayFlat() {
    let disc = Disc(noise: 0.6)
    let lightness = reduced(disc.lightness)
    let chroma = NDArray(
      (0..<Self.small.width * Self.small.height).flatMap { _ in [0.3, -0.7] as [Float] },
      shape: [1, Self.small.height, Self.small.width, 2])
    let found = ChromaUpsampling.chroma(chroma, of: lightness, for: disc.lightness).scalars
    #expect(stride(from: 0, to: found.count, by: 2).allSatisfy { abs(found[$0] - 0.3) < 1e-6 })
    #expect(stride(from: 1, to: found.count, by: 2).allSatisfy { abs(found[$0] + 0.7) < 1e-6 })
  }

  /// No pixel's colour lies outside the range of the small image's colours, even if its lightness does.
  @Test func nothingOvershoots() {
    let disc = Disc(noise: 1.5)
    let chroma = reduced(disc.chroma)
    let found = ChromaUpsampling.chroma(chroma, of: reduced(disc.lightness), for: disc.lightness)
    let extremes = [chroma, found].map { ($0.scalars.min() ?? 0, $0.scalars.max() ?? 0) }
    #expect(extremes[1].0 >= extremes[0].0 - 1e-6 && extremes[1].1 <= extremes[0].1 + 1e-6)
  }

  @Test(arguments: [(1, 1, 1, 1), (1, 1, 5, 3), (3, 2, 1, 1), (8, 5, 3, 2), (2, 7, 1000, 3), (9, 9, 9, 9)])
  func takesAnySize(width: Int, height: Int, newWidth: Int, newHeight: Int) {
    let image = Image.pattern(width: width, height: height, channels: 3)
    let (lightness, chroma) = image.labArrays()
    let larger = Image.pattern(width: newWidth, height: newHeight, channels: 1).lightnessArray()
    let found = ChromaUpsampling.chroma(chroma, of: lightness, for: larger)
    #expect(found.shape == [1, newHeight, newWidth, 2])
    let limit = chroma.scalars.map(abs).max() ?? 0
    #expect(found.scalars.allSatisfy { abs($0) <= limit + 1e-6 })
  }

  @Test func threadsChangeNothing() {
    let disc = Disc()
    let (chroma, lightness) = (reduced(disc.chroma), reduced(disc.lightness))
    let count = ThreadPool.threadCount
    defer { ThreadPool.threadCount = count }
    let results = [1, 3].map { threads in
      ThreadPool.threadCount = threads
      return ChromaUpsampling.chroma(chroma, of: lightness, for: disc.lightness)
    }
    #expect(results[0] == results[1])
  }
}
