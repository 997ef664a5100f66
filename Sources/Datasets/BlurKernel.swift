import Foundation

/// A convolution kernel whose weights sum to one.
package struct BlurKernel: Sendable, Equatable {
  /// Its side in pixels, odd.
  package let size: Int
  /// Row by row.
  package let weights: [Float]

  /// - Parameter weight: of the pixel at these distances, in pixels, to the right of the centre and below it.
  private init(size: Int, weight: (_ x: Double, _ y: Double) -> Double) {
    precondition(size % 2 == 1 && size > 0, "a kernel has a centre: its size is odd, not \(size)")
    let distances = (0..<size).map { Double($0 - size / 2) }
    let values = distances.flatMap { y in distances.map { x in weight(x, y) } }
    let sum = values.reduce(0, +)
    self.size = size
    weights = values.map { Float($0 / sum) }
  }

  /// The covariance of a kernel: the standard deviations along two axes in pixels, and the clockwise angle of the first axis
  /// from the horizontal.
  package struct Spread: Sendable, Equatable {
    let first: Double
    let second: Double
    let rotation: Double

    package init(_ deviation: Double) {
      self.init(deviation, deviation, rotation: 0)
    }

    package init(_ first: Double, _ second: Double, rotation: Double) {
      self.first = first
      self.second = second
      self.rotation = rotation
    }

    /// The squared Mahalanobis distance from the centre.
    fileprivate func squaredDistance(_ x: Double, _ y: Double) -> Double {
      let (cosine, sine) = (cos(rotation), sin(rotation))
      let along = (cosine * x + sine * y) / first
      let across = (cosine * y - sine * x) / second
      return along * along + across * across
    }
  }

  /// The mean of a square of pixels.
  static func box(size: Int) -> BlurKernel {
    BlurKernel(size: size) { _, _ in 1 }
  }

  /// A Gaussian; with an exponent other than 1 a generalised Gaussian (Pascal et al. 2013), peaked below 1 and flat-topped
  /// above.
  package static func gaussian(size: Int, spread: Spread, exponent: Double = 1) -> BlurKernel {
    BlurKernel(size: size) { exp(-0.5 * pow(spread.squaredDistance($0, $1), exponent)) }
  }

  /// Flat-topped, with long tails.
  package static func plateau(size: Int, spread: Spread, exponent: Double) -> BlurKernel {
    BlurKernel(size: size) { 1 / (1 + pow(spread.squaredDistance($0, $1), exponent)) }
  }

  /// The ideal isotropic low-pass filter, with its cutoff in radians per pixel; it makes edges ring.
  package static func sinc(size: Int, cutoff: Double) -> BlurKernel {
    BlurKernel(size: size) { x, y in
      let distance = (x * x + y * y).squareRoot()
      return distance == 0 ? cutoff * cutoff / (4 * .pi) : cutoff * j1(cutoff * distance) / (2 * .pi * distance)
    }
  }
}
