import VectorKernels

extension Level {
  package func exponentiate(
    _ values: UnsafePointer<Float>, minus largest: Float, count: Int, into target: UnsafeMutablePointer<Float>
  ) {
    fill(target, count: count) { negativeExponential(loadFirst($1, of: values + $0) - largest) }
  }

  package func apply(
    _ function: SigmoidFunction, to values: UnsafePointer<Float>, count: Int, into target: UnsafeMutablePointer<Float>
  ) {
    switch function {
    case .sigmoid: fill(target, count: count) { sigmoid(loadFirst($1, of: values + $0)) }
    case .rectification:
      fill(target, count: count) {
        let x = loadFirst($1, of: values + $0)
        return x * sigmoid(x)
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
