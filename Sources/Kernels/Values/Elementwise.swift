import Foundation
import Threads

/// Functions of one value, applied to every value of an array.
package enum UnaryFunction: String, Sendable {
  case exponential, logarithm, squareRoot, hyperbolicTangent, sigmoid, softplus
  /// x sigmoid(x).
  case sigmoidRectification
  /// x tanh(log(1 + exp(x))).
  case mish
  /// The share of the standard normal distribution below x.
  case normalShare
  /// That times x.
  case normalRectification
}

enum Elementwise {
  static func apply(
    _ function: UnaryFunction, to source: UnsafePointer<Float>, count: Int, into target: UnsafeMutablePointer<Float>
  ) {
    switch function {
    case .exponential: map(source, count, target) { exp($0) }
    case .logarithm: map(source, count, target) { log($0) }
    case .squareRoot: map(source, count, target) { $0.squareRoot() }
    case .hyperbolicTangent: map(source, count, target) { tanh($0) }
    case .sigmoid: Exponentials.apply(.sigmoid, to: source, count: count, into: target)
    case .sigmoidRectification: Exponentials.apply(.sigmoidRectification, to: source, count: count, into: target)
    case .mish: Exponentials.apply(.mish, to: source, count: count, into: target)
    case .normalShare: Exponentials.apply(.normalShare, to: source, count: count, into: target)
    case .normalRectification: Exponentials.apply(.normalRectification, to: source, count: count, into: target)
    // log(1 + exp(x)) without overflow for large x.
    case .softplus: map(source, count, target) { max($0, 0) + log1p(exp(-abs($0))) }
    }
  }

  /// `scale * x + shift`.
  static func applyAffine(
    to source: UnsafePointer<Float>, scale: Float, shift: Float, count: Int, into target: UnsafeMutablePointer<Float>
  ) {
    map(source, count, target) { $0 * scale + shift }
  }

  /// `x` where positive, `slope * x` elsewhere.
  static func rectify(
    _ source: UnsafePointer<Float>, slope: Float, count: Int, into target: UnsafeMutablePointer<Float>
  ) {
    map(source, count, target) { $0 > 0 ? $0 : $0 * slope }
  }

  static func clamp(
    _ source: UnsafePointer<Float>, to range: ClosedRange<Float>, count: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let (least, greatest) = (range.lowerBound, range.upperBound)
    map(source, count, target) { $0 < least ? least : ($0 > greatest ? greatest : $0) }
  }

  /// `factor` times 1, `zero` or `negative`, as `selector` is positive, zero or negative.
  static func multiply(
    _ factor: UnsafePointer<Float>, bySignOf selector: UnsafePointer<Float>, zero: Float, negative: Float, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    Bands.run(over: count) { range in
      for i in range {
        let slope = selector[i] > 0 ? 1 : (selector[i] < 0 ? negative : zero)
        target[i] = factor[i] * slope
      }
    }
  }

  /// `factor` where `selector` lies in the range, 0 elsewhere.
  static func mask(
    _ factor: UnsafePointer<Float>, where selector: UnsafePointer<Float>, isIn range: ClosedRange<Float>, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    let (least, greatest) = (range.lowerBound, range.upperBound)
    // Without `&&`, which is a branch, the compiler writes vector instructions.
    Bands.run(over: count) { range in
      for i in range {
        let (value, kept) = (selector[i], factor[i])
        target[i] = value >= least ? (value <= greatest ? kept : 0) : 0
      }
    }
  }

  /// `target += source`, on all threads.
  static func accumulate(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
  ) {
    Bands.run(over: count) { range in
      add(source + range.lowerBound, to: target + range.lowerBound, count: range.count)
    }
  }

  /// `target += source`, on the calling thread.
  @inline(__always)
  static func add(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
    let whole = count & ~7
    var i = 0
    while i < whole {
      let sum =
        UnsafeRawPointer(source + i).loadUnaligned(as: SIMD8<Float>.self)
        + UnsafeRawPointer(target + i).loadUnaligned(as: SIMD8<Float>.self)
      UnsafeMutableRawPointer(target + i).storeBytes(of: sum, as: SIMD8<Float>.self)
      i += 8
    }
    while i < count {
      target[i] += source[i]
      i += 1
    }
  }

  @inline(__always)
  private static func map(
    _ source: UnsafePointer<Float>, _ count: Int, _ target: UnsafeMutablePointer<Float>, _ function: (Float) -> Float
  ) {
    Bands.run(over: count) { range in
      for i in range { target[i] = function(source[i]) }
    }
  }
}
