import Foundation
import Models
import Tensors

/// What a classification of colours should say of a photo's colours, and how much each pixel counts (Zhang et al. 2016).
package struct ColorBinTargets {
  /// For each of `ColorBins`, how much a pixel of that colour counts; about 1 in the mean over the photos.
  package let classWeights: [Float]

  /// - Parameters:
  ///   - frequencies: how often each of `ColorBins` occurs in the training photos; they sum to 1.
  ///   - rebalancing: 0 for equal weights, 1 for weights as much higher as a colour is rarer, counting each colour as at
  ///     least half as frequent as if all were.
  package init(frequencies: [Double], rebalancing: Double) {
    let smooth = Self.smoothed(frequencies)
    let raw = smooth.map { pow(1 / (0.5 * $0 + 0.5 / Double(ColorBins.count)), rebalancing) }
    let mean = zip(smooth, raw).reduce(0) { $0 + $1.0 * $1.1 }
    classWeights = raw.map { Float($0 / mean) }
  }

  /// - Parameter chroma: a / 110 and b / 110, `[N, H, W, 2]`.
  /// - Returns: the bins' shares, `[N, H, W, ColorBins.count]`, and the pixels' weights, `[N, H, W, 1]`.
  package func soft(_ chroma: NDArray) -> (shares: NDArray, weights: NDArray) {
    let images = Array(chroma.shape.dimensions.dropLast())
    let count = images.reduce(1, *)
    var shares = [Float](repeating: 0, count: count * ColorBins.count)
    var weights = [Float](repeating: 0, count: count)
    chroma.withHostMemory { values in
      for pixel in 0..<count {
        let neighbors = SoftColorBins.neighbors(of: 110 * SIMD2(values[2 * pixel], values[2 * pixel + 1]))
        for neighbor in neighbors { shares[pixel * ColorBins.count + neighbor.bin] = neighbor.share }
        weights[pixel] = classWeights[neighbors[neighbors.startIndex].bin]
      }
    }
    return (
      NDArray(shares, shape: Shape(images + [ColorBins.count])), NDArray(weights, shape: Shape(images + [1]))
    )
  }

  /// How often each bin occurs in images of chroma, as `soft` shares their pixels out; sums to 1.
  package static func frequencies(of images: some Sequence<NDArray>) -> [Double] {
    var sums = [Double](repeating: 0, count: ColorBins.count)
    for image in images {
      image.withHostMemory { values in
        for pixel in 0..<values.count / 2 {
          let color = 110 * SIMD2(values[2 * pixel], values[2 * pixel + 1])
          for neighbor in SoftColorBins.neighbors(of: color) { sums[neighbor.bin] += Double(neighbor.share) }
        }
      }
    }
    let total = max(.leastNormalMagnitude, sums.reduce(0, +))
    return sums.map { $0 / total }
  }

  package static let equalFrequencies = [Double](repeating: 1 / Double(ColorBins.count), count: ColorBins.count)

  /// Smoothed over neighbouring bins.
  private static func smoothed(_ frequencies: [Double]) -> [Double] {
    let colors = ColorBins.colors
    var result = [Double](repeating: 0, count: colors.count)
    for (bin, frequency) in frequencies.enumerated() {
      let shares = colors.map { Double(SoftColorBins.share(atDistanceBetween: $0, colors[bin])) }
      let sum = shares.reduce(0, +)
      for other in shares.indices { result[other] += frequency * shares[other] / sum }
    }
    return result
  }
}
