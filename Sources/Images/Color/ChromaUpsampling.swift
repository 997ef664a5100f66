import Kernels
import Tensors

/// Joint bilateral upsampling (Kopf et al. 2007) of colours that were found on a small image, along the edges of the large
/// one's lightness.
///
/// Every pixel takes the mean of the six by six small pixels around it, of which those count most that are near it and
/// have its lightness. Being a mean, it never lies beyond what it is made of: one colour stays one colour, no edge has a
/// halo, and the texture of lightness does not show in the colours. A guided filter (He et al. 2013), which makes colour a
/// linear function of lightness in each window, promises neither of the last two beside an edge.
public struct ChromaUpsampling {
  /// How far means reach, in small pixels: to some that lie wholly on the own side of an edge.
  private static let reach = 3
  private static let taps = 2 * reach
  /// The standard deviation of lightnesses that count as the same: 1.5 of Lab's 100.
  private static let deviation: Float = 0.03

  private let chroma: NDArray
  private let width: Int, height: Int
  /// Values from one row of a plane to the next.
  private let stride: Int
  /// Lightness, a and b, each with its border pixels going on outside for as far as means reach.
  private let planes: [[Float]]

  /// - Parameters:
  ///   - chroma: `[1, height, width, 2]`, as `Image.labArrays()` has it.
  ///   - lightness: `[1, height, width, 1]`, of the image in which that chroma was found.
  public init(chroma: NDArray, lightness: NDArray) {
    let shape = lightness.shape
    precondition(
      shape.rank == 4 && shape[0] == 1 && shape[3] == 1 && chroma.shape == [1, shape[1], shape[2], 2],
      "arrays of shapes \(chroma.shape) and \(shape) are no chroma and lightness of one image")
    self.chroma = chroma
    (height, width) = (shape[1], shape[2])
    // Rows are read eight values at a time.
    let (columns, rows) = (-Self.reach..<width + Self.reach + 2, -Self.reach..<height + Self.reach)
    stride = columns.count
    planes = [(lightness, 0), (chroma, 0), (chroma, 1)].map { array, channel in
      let channels = array.shape[3]
      return array.withHostMemory { values in
        rows.flatMap { y in
          let row = min(max(y, 0), shape[1] - 1) * shape[2]
          return columns.map { values[(row + min(max($0, 0), shape[2] - 1)) * channels + channel] }
        }
      }
    }
  }

  /// The chroma, `[1, height, width, 2]`, for every pixel of the lightness `[1, height, width, 1]` of an image of any size;
  /// as it is where that has its own size.
  public func chroma(for lightness: NDArray) -> NDArray {
    let shape = lightness.shape
    precondition(
      shape.rank == 4 && shape[0] == 1 && shape[3] == 1, "an array of shape \(shape) is no lightness of one image")
    if shape[1] == height && shape[2] == width { return chroma }
    let (rows, columns) = (Self.places(shape[1], among: height), Self.places(shape[2], among: width))
    return lightness.withHostMemory { lightness in
      NDArray(shape: [1, shape[1], shape[2], 2]) { chroma in
        planes[0].withUnsafeBytes { small in
          planes[1].withUnsafeBytes { a in
            planes[2].withUnsafeBytes { b in
              Bands.run(over: shape[1] * shape[2]) { range in
                for pixel in range {
                  let (y, x) = pixel.quotientAndRemainder(dividingBy: shape[2])
                  let (row, column) = (rows[y], columns[x])
                  var mean = WeightedMean(center: lightness[pixel], deviation: Self.deviation)
                  for tap in 0..<Self.taps {
                    let first = ((row.first + tap) * stride + column.first) * MemoryLayout<Float>.stride
                    mean.add(
                      lightness: small.loadUnaligned(fromByteOffset: first, as: SIMD8<Float>.self),
                      a: a.loadUnaligned(fromByteOffset: first, as: SIMD8<Float>.self),
                      b: b.loadUnaligned(fromByteOffset: first, as: SIMD8<Float>.self),
                      weights: row.weights[tap] * column.weights)
                  }
                  (chroma[2 * pixel], chroma[2 * pixel + 1]) = mean.value
                }
              }
            }
          }
        }
      }
    }
  }

  /// Along one axis: the small pixels around a large one's centre.
  private struct Place {
    /// Counted from the first of a plane.
    let first: Int
    /// The last two are 0.
    let weights: SIMD8<Float>
  }

  private static func places(_ count: Int, among smallCount: Int) -> [Place] {
    (0..<count).map { index in
      let center = (Double(index) + 0.5) * Double(smallCount) / Double(count) - 0.5
      let first = Int(center.rounded(.down)) - reach + 1
      var weights = SIMD8<Float>.zero
      for tap in 0..<taps {
        // Falls to 0 where a pixel enters or leaves, so that no border shows.
        let distance = (Double(first + tap) - center) / Double(reach)
        let weight = max(0, 1 - distance * distance)
        weights[tap] = Float(weight * weight * weight)
      }
      return Place(first: first + reach, weights: weights)
    }
  }
}

/// Of a and b, by how near the lightness is to one of them.
private struct WeightedMean {
  private let center: Float
  private let narrowness: Float
  private var weight = SIMD8<Float>.zero
  private var a = SIMD8<Float>.zero
  private var b = SIMD8<Float>.zero

  @inline(__always)
  init(center: Float, deviation: Float) {
    self.center = center
    narrowness = 1 / (16 * deviation * deviation)
  }

  @inline(__always)
  mutating func add(lightness: SIMD8<Float>, a: SIMD8<Float>, b: SIMD8<Float>, weights: SIMD8<Float>) {
    let difference = lightness - center
    // The eighth power of 1 / (1 + x / 8) is nearly exp(-x), takes a tenth of its time, and is never 0.
    var likeness = 1 / (1 + narrowness * difference * difference)
    likeness *= likeness
    likeness *= likeness
    likeness *= likeness
    let weights = weights * likeness
    weight += weights
    self.a += weights * a
    self.b += weights * b
  }

  var value: (a: Float, b: Float) {
    @inline(__always) get {
      let sum = weight.sum()
      return (a.sum() / sum, b.sum() / sum)
    }
  }
}
