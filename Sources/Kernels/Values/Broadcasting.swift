import Threads

/// Functions of two values.
package enum BinaryFunction: String, Sendable {
  case sum, difference, product, quotient
}

/// Functions of two arrays, with broadcasting along axes of size 1.
enum Broadcasting {
  /// All three shapes have the same rank; each axis of `left` and `right` has the output's size or 1.
  static func apply(
    _ function: BinaryFunction, left: UnsafePointer<Float>, leftDimensions: [Int], right: UnsafePointer<Float>,
    rightDimensions: [Int], output: UnsafeMutablePointer<Float>, outputDimensions: [Int]
  ) {
    let loops = StridedLoops(output: outputDimensions, left: leftDimensions, right: rightDimensions)
    switch function {
    case .sum: run(loops, left, right, output) { $0 + $1 }
    case .difference: run(loops, left, right, output) { $0 - $1 }
    case .product: run(loops, left, right, output) { $0 * $1 }
    case .quotient: run(loops, left, right, output) { $0 / $1 }
    }
  }

  @inline(__always)
  private static func run(
    _ loops: StridedLoops, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    _ output: UnsafeMutablePointer<Float>, _ function: (Float, Float) -> Float
  ) {
    let inner = loops.inner
    if loops.outer.isEmpty {
      Bands.run(over: inner.count) { range in
        row(left, right, output, inner, range, function)
      }
      return
    }
    let rows = loops.outer.reduce(1) { $0 * $1.count }
    let bands = Bands(count: rows, atMost: max(1, (1 << 15) / max(1, inner.count)))
    ThreadPool.run(count: bands.pieces) { piece in
      for index in bands[piece] {
        let offsets = loops.offsets(ofRow: index)
        row(left + offsets.left, right + offsets.right, output + index * inner.count, inner, 0..<inner.count, function)
      }
    }
  }

  @inline(__always)
  private static func row(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
    _ loop: StridedLoops.Loop, _ range: Range<Int>, _ function: (Float, Float) -> Float
  ) {
    switch (loop.leftStride, loop.rightStride) {
    case (1, 1): for i in range { output[i] = function(left[i], right[i]) }
    case (1, _):
      let value = right[0]
      for i in range { output[i] = function(left[i], value) }
    case (_, 1):
      let value = left[0]
      for i in range { output[i] = function(value, right[i]) }
    default:
      let value = function(left[0], right[0])
      for i in range { output[i] = value }
    }
  }
}

/// The loops over two broadcast arrays, with adjacent axes merged where both sides are contiguous across them.
private struct StridedLoops {
  struct Loop {
    var count: Int, leftStride: Int, rightStride: Int
  }

  /// Outermost first.
  var outer: [Loop]
  /// Strides are 0 or 1.
  var inner: Loop

  init(output: [Int], left: [Int], right: [Int]) {
    var loops: [Loop] = []
    var (leftStep, rightStep) = (1, 1)
    for axis in output.indices.reversed() {
      let loop = Loop(
        count: output[axis], leftStride: left[axis] == 1 ? 0 : leftStep, rightStride: right[axis] == 1 ? 0 : rightStep)
      leftStep *= left[axis]
      rightStep *= right[axis]
      if loop.count == 1 { continue }
      if let last = loops.last, loop.leftStride == last.leftStride * last.count,
        loop.rightStride == last.rightStride * last.count
      {
        loops[loops.count - 1].count *= loop.count
      } else {
        loops.append(loop)
      }
    }
    if loops.first.map({ max($0.leftStride, $0.rightStride) <= 1 }) ?? false {
      inner = loops.removeFirst()
    } else {
      inner = Loop(count: 1, leftStride: 0, rightStride: 0)
    }
    outer = loops.reversed()
  }

  func offsets(ofRow index: Int) -> (left: Int, right: Int) {
    var rest = index
    var offsets = (left: 0, right: 0)
    for loop in outer.reversed() {
      let position = rest % loop.count
      rest /= loop.count
      offsets.left += position * loop.leftStride
      offsets.right += position * loop.rightStride
    }
    return offsets
  }
}
