import Foundation

/// A square of weights that sum to one, laid around every pixel in turn.
package struct BlurKernel: Sendable, Equatable {
  /// Odd.
  package let size: Int
  /// Row by row.
  package let weights: [Float]

  /// `weight` is of the distances, in pixels, to the right and down from the middle.
  private init(size: Int, weight: (_ x: Double, _ y: Double) -> Double) {
    precondition(size % 2 == 1 && size > 0, "a kernel has a middle: its size is odd, not \(size)")
    let distances = (0..<size).map { Double($0 - size / 2) }
    let values = distances.flatMap { y in distances.map { x in weight(x, y) } }
    let sum = values.reduce(0, +)
    self.size = size
    weights = values.map { Float($0 / sum) }
  }

  /// An ellipse of equal weight: its half axes in pixels, and how far the first is turned from rightwards to downwards.
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

    /// The square of the distance from the middle in deviations (Mahalanobis').
    fileprivate func squaredDistance(_ x: Double, _ y: Double) -> Double {
      let (cosine, sine) = (cos(rotation), sin(rotation))
      let along = (cosine * x + sine * y) / first
      let across = (cosine * y - sine * x) / second
      return along * along + across * across
    }
  }

  /// A Gaussian bell; with another exponent than 1 the generalised one (Pascal et al. 2013), pointed below 1 and flat
  /// above.
  package static func gaussian(size: Int, spread: Spread, exponent: Double = 1) -> BlurKernel {
    BlurKernel(size: size) { exp(-0.5 * pow(spread.squaredDistance($0, $1), exponent)) }
  }

  /// Flat in the middle, with long slopes.
  package static func plateau(size: Int, spread: Spread, exponent: Double) -> BlurKernel {
    BlurKernel(size: size) { 1 / (1 + pow(spread.squaredDistance($0, $1), exponent)) }
  }

  /// Lets no frequency above `cutoff`, in radians per pixel, through, in any direction: edges ring.
  package static func sinc(size: Int, cutoff: Double) -> BlurKernel {
    BlurKernel(size: size) { x, y in
      let distance = (x * x + y * y).squareRoot()
      return distance == 0 ? cutoff * cutoff / (4 * .pi) : cutoff * j1(cutoff * distance) / (2 * .pi * distance)
    }
  }
}
