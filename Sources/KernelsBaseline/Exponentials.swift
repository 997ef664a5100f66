import VectorKernels

extension Level {
  package func exponentiate(
    _ values: UnsafePointer<Float>, minus largest: Float, count: Int, into target: UnsafeMutablePointer<Float>
  ) {
    fill(target, count: count) { negativeExponential(loadFirst($1, of: values + $0) - largest) }
  }

  package func apply(
    _ function: ExponentialFunction, to values: UnsafePointer<Float>, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    switch function {
    case .sigmoid: fill(target, count: count) { sigmoid(loadFirst($1, of: values + $0)) }
    case .sigmoidRectification:
      fill(target, count: count) {
        let x = loadFirst($1, of: values + $0)
        return x * sigmoid(x)
      }
    case .mish:
      fill(target, count: count) {
        let x = loadFirst($1, of: values + $0)
        return x * tangentOfSoftplus(x)
      }
    case .normalShare: fill(target, count: count) { normalShare(loadFirst($1, of: values + $0)) }
    case .normalRectification:
      fill(target, count: count) {
        let x = loadFirst($1, of: values + $0)
        return x * normalShare(x)
      }
    }
  }

  package func attend(
    to values: UnsafePointer<Float>, adding addends: UnsafePointer<Float>, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    fill(target, count: count) {
      let x = loadFirst($1, of: values + $0)
      return (x + loadFirst($1, of: addends + $0)) * (sigmoid(x) - 0.5)
    }
  }
}

/// 1 / (1 + exp(-x)), exact in both tails, because only exp(-|x|) is computed.
@inline(__always)
private func sigmoid(_ x: Lanes) -> Lanes {
  let isPositive = x .> 0
  let exponential = negativeExponential(x.replacing(with: -x, where: isPositive))
  return exponential.replacing(with: 1, where: isPositive) / (1 + exponential)
}

/// tanh(log(1 + exp(x))), of exp(-|x|) alone, so that nothing overflows.
@inline(__always)
private func tangentOfSoftplus(_ x: Lanes) -> Lanes {
  let isPositive = x .> 0
  let e = negativeExponential(x.replacing(with: -x, where: isPositive))
  let square = e * e
  let numerator = (square + 2 * e).replacing(with: 1 + 2 * e, where: isPositive)
  return numerator / (numerator + (2 * square).replacing(with: 2, where: x .<= 0))
}

/// The share of the standard normal distribution below x, to 1e-7: half the complementary error function of |x| / sqrt(2),
/// by the approximation 7.1.26 of Abramowitz and Stegun (1964), of which tails keep their size.
@inline(__always)
private func normalShare(_ x: Lanes) -> Lanes {
  let isPositive = x .> 0
  let magnitude = x.replacing(with: -x, where: .!isPositive) * 0.707_106_78
  let t = 1 / (1 + 0.327_591_1 * magnitude)
  var polynomial = Lanes(repeating: 1.061_405_43)
  polynomial = polynomial * t - 1.453_152_03
  polynomial = polynomial * t + 1.421_413_74
  polynomial = polynomial * t - 0.284_496_74
  polynomial = polynomial * t + 0.254_829_59
  let tail = 0.5 * polynomial * t * negativeExponential(-magnitude * magnitude)
  return tail.replacing(with: 1 - tail, where: isPositive)
}

/// exp(x) of values of at most 0, to about one unit in the last place: 2^n exp(r) with |r| at most ln 2 / 2, by the
/// polynomial of Cephes' `expf`. The C library's takes one value at a time.
@inline(__always)
private func negativeExponential(_ x: Lanes) -> Lanes {
  // Below this, exp(x) is not a normal number and counts as 0.
  let least: Float = -87.3
  // Adding and subtracting 1.5 * 2^23 rounds to a whole number.
  let rounding: Float = 12_582_912
  let clamped = x.replacing(with: least, where: x .< least)
  let rounded = clamped * 1.442_695_04 + rounding
  let n = rounded - rounding
  let r = clamped - n * 0.693_359_375 + n * 2.121_944_4e-4
  var polynomial = Lanes(repeating: 1.987_569_15e-4)
  polynomial = polynomial * r + 1.398_199_95e-3
  polynomial = polynomial * r + 8.333_452e-3
  polynomial = polynomial * r + 4.166_579_6e-2
  polynomial = polynomial * r + 1.666_666_55e-1
  polynomial = polynomial * r + 0.5
  // The low bits of `rounded` are n as an integer; no conversion, which would trap at what is not a number.
  let exponent = unsafeBitCast(rounded, to: Lanes.MaskStorage.self) &- Int32(bitPattern: rounding.bitPattern) &+ 127
  let scale = unsafeBitCast(exponent &<< 23, to: Lanes.self)
  let result = (polynomial * r * r + r + 1) * scale
  return result.replacing(with: 0, where: x .< least)
}

/// - Parameter lanes: makes a vector of the values from an index on, of which only a count is kept.
@inline(__always)
private func fill(
  _ target: UnsafeMutablePointer<Float>, count: Int, with lanes: (_ index: Int, _ count: Int) -> Lanes
) {
  let whole = count / laneCount * laneCount
  for index in stride(from: 0, to: whole, by: laneCount) { store(lanes(index, laneCount), target + index) }
  guard whole < count else { return }
  let rest = lanes(whole, count - whole)
  for index in whole..<count { target[index] = rest[index - whole] }
}

/// The first values at a pointer, and zeros behind them.
@inline(__always)
private func loadFirst(_ count: Int, of pointer: UnsafePointer<Float>) -> Lanes {
  if count == laneCount { return load(pointer) }
  var values = Lanes.zero
  for index in 0..<count { values[index] = pointer[index] }
  return values
}
