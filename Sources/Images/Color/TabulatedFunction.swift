/// A smooth function on 0...1, tabulated at every 16-bit sample and linearly interpolated in between. Arguments are
/// clamped to 0...1.
///
/// Without it, powers and roots would take most of the time of colour conversion.
struct TabulatedFunction: Sendable {
  private static let steps = 65535

  private let values: [Float]

  init(_ function: (Double) -> Double) {
    // One extra value, to interpolate at 1.
    values = (0...Self.steps + 1).map { Float(function(Double($0) / Double(Self.steps))) }
  }

  @inline(__always)
  func callAsFunction(_ x: Float) -> Float {
    let position = x.clampedToUnit * Float(Self.steps)
    let index = Int(position)
    return values[index] + (position - Float(index)) * (values[index + 1] - values[index])
  }
}
