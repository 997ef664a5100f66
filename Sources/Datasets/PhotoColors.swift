import Images
import Tensors

/// How much colour an image has, measured in CIE Lab.
struct PhotoColors {
  /// The mean distance of the pixels' colours from gray, in Lab units; 0 for images of one channel.
  let meanChroma: Double
  /// The standard deviation of a and b across their principal axis, in Lab units. Gray and a print toned in a single
  /// colour have next to none.
  let spread: Double

  /// Less counts as gray or toned.
  private static let leastSpread = 0.7
  private static let leastChroma = 4.0

  /// The mean chroma of ordinary photos, and the limits of how much the colours of one may count.
  private static let ordinaryChroma = 14.0
  private static let weights = 0.4...1.6

  /// About the shorter side in pixels at which colours are measured.
  private static let sideMeasured = 64

  init(_ image: Image) {
    guard image.colorChannels == 3 else {
      (meanChroma, spread) = (0, 0)
      return
    }
    let image = Self.thinned(image)
    let count = image.width * image.height
    var sums = (distance: 0.0, color: SIMD2<Double>.zero, products: SIMD3<Double>.zero)
    image.labArrays().chroma.withHostMemory { values in
      for pixel in 0..<count {
        let color = SIMD2(Double(values[2 * pixel]), Double(values[2 * pixel + 1])) * 110
        let squares = color * color
        sums.distance += (squares.x + squares.y).squareRoot()
        sums.color += color
        sums.products += SIMD3(squares.x, squares.y, color.x * color.y)
      }
    }
    meanChroma = sums.distance / Double(count)
    let mean = sums.color / Double(count)
    let covariance = sums.products / Double(count) - SIMD3(mean.x * mean.x, mean.y * mean.y, mean.x * mean.y)
    let difference = covariance.x - covariance.y
    // The smaller eigenvalue: the variance across the principal axis.
    let across =
      (covariance.x + covariance.y - (difference * difference + 4 * covariance.z * covariance.z).squareRoot()) / 2
    spread = max(0, across).squareRoot()
  }

  /// Every n-th pixel both ways: enough to measure colours by, in a fraction of the time.
  private static func thinned(_ image: Image) -> Image {
    let step = max(1, min(image.width, image.height) / sideMeasured)
    guard step > 1 else { return image }
    let rows = Array(stride(from: 0, to: image.height, by: step))
    let columns = Array(stride(from: 0, to: image.width, by: step))
    var pixels: [Float] = []
    for y in rows {
      for x in columns {
        let start = (y * image.width + x) * image.channels
        pixels += image.pixels[start..<start + image.channels]
      }
    }
    return Image(width: columns.count, height: rows.count, channels: image.channels, pixels: pixels)
  }

  /// Whether the image has more colours than gray or the single tone of a print.
  var areItsOwn: Bool { spread >= Self.leastSpread && meanChroma >= Self.leastChroma }

  /// How often to draw the photo, relative to ordinary ones: lively photos teach more than dull ones.
  var weight: Double {
    min(max(meanChroma / Self.ordinaryChroma, Self.weights.lowerBound), Self.weights.upperBound)
  }
}
