import Images
import Tensors

/// An image's colours, coarsely: means over a grid of cells.
struct Thumbnail {
  static let side = 8

  /// Red, green and blue by turns, in 0...1.
  let pixels: [Float]

  init(_ image: Image) {
    let small = image.withoutAlpha().resized(toWidth: Self.side, height: Self.side)
    pixels = small.channels == 1 ? small.pixels.flatMap { [$0, $0, $0] } : small.pixels
  }

  /// Of red, green and blue.
  var meanColor: [Double] {
    (0..<3).map { channel in
      stride(from: channel, to: pixels.count, by: 3).reduce(0) { $0 + Double(pixels[$1]) } / Double(pixels.count / 3)
    }
  }

  var lightness: [Double] {
    stride(from: 0, to: pixels.count, by: 3).map {
      let (red, green, blue) = (Double(pixels[$0]), Double(pixels[$0 + 1]), Double(pixels[$0 + 2]))
      return 0.299 * red + 0.587 * green + 0.114 * blue
    }
  }

  /// The root of the mean squared difference, in 0...1.
  func distance(to other: Thumbnail) -> Double {
    let sum = zip(pixels, other.pixels).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    return (sum / Double(pixels.count)).squareRoot()
  }

  /// How much images differ from one another: the mean distance of all pairs. Nil for fewer than two images.
  static func spread(of images: [Thumbnail]) -> Double? {
    guard images.count > 1 else { return nil }
    let distances = images.indices.flatMap { first in
      images.indices.dropFirst(first + 1).map { images[first].distance(to: images[$0]) }
    }
    return distances.reduce(0, +) / Double(distances.count)
  }
}

/// How two series go together.
struct Correlation {
  /// Pearson's coefficient, -1...1; 0 if either is constant.
  let coefficient: Double
  /// The standard deviation of the first as a multiple of the second's.
  let contrast: Double

  init(_ first: [Double], _ second: [Double]) {
    func deviations(_ values: [Double]) -> [Double] {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.map { $0 - mean }
    }
    let (a, b) = (deviations(first), deviations(second))
    let (aa, bb) = (a.reduce(0) { $0 + $1 * $1 }, b.reduce(0) { $0 + $1 * $1 })
    let ab = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    coefficient = aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
    contrast = bb > 0 ? (aa / bb).squareRoot() : 0
  }
}
