/// A smooth function of 0...1 by its values at all samples of 16 bits, with straight lines between them.
///
/// Powers and roots of millions of pixels take most of a colour conversion's time otherwise. Arguments beyond 0...1 are
/// clamped.
struct TabulatedFunction: Sendable {
  private static let steps = 65535

  private let values: [Float]

  init(_ function: (Double) -> Double) {
    // One more, so that 1 too has a value to its right.
    values = (0...Self.steps + 1).map { Float(function(Double($0) / Double(Self.steps))) }
  }

  @inline(__always)
  func callAsFunction(_ x: Float) -> Float {
    let place = x.clampedToUnit * Float(Self.steps)
    let index = Int(place)
    return values[index] + (place - Float(index)) * (values[index + 1] - values[index])
  }
}
