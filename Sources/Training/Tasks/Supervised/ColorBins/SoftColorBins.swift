import Foundation
import Models

/// A colour as shares of the five nearest bins, by a Gaussian of their distances (Zhang et al. 2016).
enum SoftColorBins {
  struct Neighbor {
    let bin: Int
    let share: Float
  }

  static let count = 5
  /// The Gaussian's standard deviation in Lab units.
  private static let deviation: Float = 5
  /// The a and b of which the table knows the neighbours; colours outside count as the nearest inside.
  private static let range: ClosedRange<Float> = -128...127
  private static let side = 256

  /// Those of every whole a and b, one after the other.
  private static let table: [Neighbor] = (0..<side * side).flatMap { place in
    nearest(to: SIMD2(Float(place / side), Float(place % side)) + range.lowerBound)
  }

  /// The five nearest bins of a colour in Lab's a and b, the nearest first; their shares sum to 1.
  static func neighbors(of color: SIMD2<Float>) -> ArraySlice<Neighbor> {
    let whole = color.rounded(.toNearestOrEven).clamped(
      lowerBound: SIMD2(repeating: range.lowerBound), upperBound: SIMD2(repeating: range.upperBound))
    let place = SIMD2<Int>(whole - range.lowerBound)
    let first = (place.x * side + place.y) * count
    return table[first..<first + count]
  }

  static func share(atDistanceBetween first: SIMD2<Float>, _ second: SIMD2<Float>) -> Float {
    let difference = first - second
    return exp(-(difference * difference).sum() / (2 * deviation * deviation))
  }

  private static func nearest(to color: SIMD2<Float>) -> [Neighbor] {
    func square(_ bin: Int) -> Float {
      let difference = ColorBins.colors[bin] - color
      return (difference * difference).sum()
    }
    // Of equally near ones, the first in the list, so that the order is the same everywhere.
    var best: [(bin: Int, square: Float)] = []
    for bin in ColorBins.colors.indices {
      let square = square(bin)
      guard best.count < count || square < best[count - 1].square else { continue }
      best.insert((bin, square), at: best.firstIndex { square < $0.square } ?? best.count)
      if best.count > count { best.removeLast() }
    }
    // Relative to the nearest, so that far away colours do not come to nothing.
    let shares = best.map { exp(-($0.square - best[0].square) / (2 * deviation * deviation)) }
    let sum = shares.reduce(0, +)
    return zip(best, shares).map { Neighbor(bin: $0.bin, share: $1 / sum) }
  }
}
