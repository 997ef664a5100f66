/// How far a pixel's change spreads through layers that mix pixels, in pixels.
struct AttentionReach {
  enum Step {
    /// Windows of a size, side by side, one of which begins at `shift`.
    case windows(Int, shift: Int)
    /// A convolution's radius.
    case radius(Int)
  }

  /// The largest distance over all places in a window.
  static func radius(of steps: [Step]) -> Int {
    let windows = steps.map { if case .windows(let size, _) = $0 { size } else { 1 } }
    let period = windows.reduce(1) { leastCommonMultiple($0, $1) }
    return (0..<period).map { start in
      var (first, last) = (start, start)
      for step in steps {
        switch step {
        case .radius(let radius): (first, last) = (first - radius, last + radius)
        case .windows(let size, let shift):
          first = floor(first - shift, size) * size + shift
          last = floor(last - shift, size) * size + shift + size - 1
        }
      }
      return max(start - first, last - start)
    }.max() ?? 0
  }

  private static func floor(_ value: Int, _ divisor: Int) -> Int {
    value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
  }

  private static func leastCommonMultiple(_ a: Int, _ b: Int) -> Int {
    var (x, y) = (a, b)
    while y != 0 { (x, y) = (y, x % y) }
    return a / x * b
  }
}
