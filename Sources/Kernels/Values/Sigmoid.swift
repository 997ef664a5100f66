import Threads

/// The sigmoid 1 / (1 + exp(-x)) and functions made of it, sixteen values at a time.
enum Sigmoid {
  private typealias Values = SIMD16<Float>

  static func apply(to source: UnsafePointer<Float>, count: Int, into target: UnsafeMutablePointer<Float>) {
    fill(target, count: count) { sigmoid(values(source, at: $0, count: $1)) }
  }

  /// x sigmoid(x).
  static func rectify(_ source: UnsafePointer<Float>, count: Int, into target: UnsafeMutablePointer<Float>) {
    fill(target, count: count) {
      let x = values(source, at: $0, count: $1)
      return x * sigmoid(x)
    }
  }

  /// `(x + addend) (sigmoid(x) - 1/2)`.
  static func attend(
    to source: UnsafePointer<Float>, adding addends: UnsafePointer<Float>, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    fill(target, count: count) {
      let x = values(source, at: $0, count: $1)
      return (x + values(addends, at: $0, count: $1)) * (sigmoid(x) - 0.5)
    }
  }

  /// Exact in both tails, because only exp(-|x|) is computed.
  @inline(__always)
  private static func sigmoid(_ x: Values) -> Values {
    let isPositive = x .> 0
    let exponential = NegativeExponential.of(x.replacing(with: -x, where: isPositive))
    return exponential.replacing(with: 1, where: isPositive) / (1 + exponential)
  }

  /// - Parameter value: the values at a start, of which only a count is kept.
  @inline(__always)
  private static func fill(
    _ target: UnsafeMutablePointer<Float>, count: Int, with value: (_ start: Int, _ count: Int) -> Values
  ) {
    Bands.run(over: count) { range in
      let end = range.lowerBound + range.count / Values.scalarCount * Values.scalarCount
      for start in stride(from: range.lowerBound, to: end, by: Values.scalarCount) {
        UnsafeMutableRawPointer(target + start).storeBytes(of: value(start, Values.scalarCount), as: Values.self)
      }
      guard end < range.upperBound else { return }
      let rest = value(end, range.upperBound - end)
      for index in end..<range.upperBound { target[index] = rest[index - end] }
    }
  }

  /// Zeros stand for those beyond the count.
  @inline(__always)
  private static func values(_ source: UnsafePointer<Float>, at start: Int, count: Int) -> Values {
    if count == Values.scalarCount { return UnsafeRawPointer(source + start).loadUnaligned(as: Values.self) }
    var values = Values.zero
    for index in 0..<count { values[index] = source[start + index] }
    return values
  }
}
