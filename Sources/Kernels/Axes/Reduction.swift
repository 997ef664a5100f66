import Threads

/// Sums and maxima along the middle axis of `[outer, count, inner]`.
enum Reduction {
  /// Sums the middle axis of `[outer, count, inner]` into `[outer, inner]`.
  ///
  /// Long sums are split into pieces of bounded length, each summed in vector lanes, and the pieces are added in double
  /// precision: the rounding error does not grow with the length, nor does the order of additions depend on the number
  /// of threads.
  static func sum(
    _ source: UnsafePointer<Float>, outer: Int, count: Int, inner: Int, into target: UnsafeMutablePointer<Float>
  ) {
    guard outer > 0, inner > 0 else { return }
    let bands = Bands(count: count, atMost: max(64, (1 << 12) / inner))
    if bands.pieces <= 1 {
      ThreadPool.run(count: outer) { index in
        partialSum(source + index * count * inner, rows: count, inner: inner, into: target + index * inner)
      }
      return
    }
    let partial = HostMemory(count: outer * bands.pieces * inner)
    ThreadPool.run(count: outer * bands.pieces) { index in
      let (image, piece) = index.quotientAndRemainder(dividingBy: bands.pieces)
      let rows = bands[piece]
      partialSum(
        source + (image * count + rows.lowerBound) * inner, rows: rows.count, inner: inner,
        into: partial.pointer + index * inner)
    }
    for image in 0..<outer {
      for column in 0..<inner {
        var total = 0.0
        for piece in 0..<bands.pieces {
          total += Double(partial.pointer[(image * bands.pieces + piece) * inner + column])
        }
        target[image * inner + column] = Float(total)
      }
    }
  }

  private static func partialSum(
    _ source: UnsafePointer<Float>, rows: Int, inner: Int, into target: UnsafeMutablePointer<Float>
  ) {
    if inner == 1 {
      target[0] = contiguousSum(source, count: rows)
      return
    }
    target.update(repeating: 0, count: inner)
    for row in 0..<rows { Elementwise.add(source + row * inner, to: target, count: inner) }
  }

  private static func contiguousSum(_ source: UnsafePointer<Float>, count: Int) -> Float {
    var lanes = SIMD16<Float>.zero
    let whole = count / 16 * 16
    for start in stride(from: 0, to: whole, by: 16) {
      lanes += UnsafeRawPointer(source + start).loadUnaligned(as: SIMD16<Float>.self)
    }
    var total = 0.0
    for lane in 0..<16 { total += Double(lanes[lane]) }
    for index in whole..<count { total += Double(source[index]) }
    return Float(total)
  }

  /// The sum of squares, with pieces of bounded length as in `sum`.
  static func sumOfSquares(_ source: UnsafePointer<Float>, count: Int) -> Float {
    let bands = Bands(count: count, atMost: 1 << 14)
    let partial = HostMemory(count: bands.pieces)
    ThreadPool.run(count: bands.pieces) { piece in
      let range = bands[piece]
      partial.pointer[piece] = contiguousSumOfSquares(source + range.lowerBound, count: range.count)
    }
    return Float((0..<bands.pieces).reduce(0.0) { $0 + Double(partial.pointer[$1]) })
  }

  private static func contiguousSumOfSquares(_ source: UnsafePointer<Float>, count: Int) -> Float {
    var lanes = SIMD16<Float>.zero
    let whole = count / 16 * 16
    for start in stride(from: 0, to: whole, by: 16) {
      let values = UnsafeRawPointer(source + start).loadUnaligned(as: SIMD16<Float>.self)
      lanes += values * values
    }
    var total = 0.0
    for lane in 0..<16 { total += Double(lanes[lane]) }
    for index in whole..<count { total += Double(source[index]) * Double(source[index]) }
    return Float(total)
  }

  /// The largest value along the middle axis.
  static func maximum(
    _ source: UnsafePointer<Float>, outer: Int, count: Int, inner: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    ThreadPool.run(count: outer) { index in
      let rows = source + index * count * inner
      let result = target + index * inner
      result.update(from: rows, count: inner)
      for row in 1..<max(1, count) {
        for column in 0..<inner where rows[row * inner + column] > result[column] {
          result[column] = rows[row * inner + column]
        }
      }
    }
  }

  /// 1 at the maximum's first occurrence along the middle axis, 0 elsewhere.
  static func markFirst(
    _ maximum: UnsafePointer<Float>, in source: UnsafePointer<Float>, outer: Int, count: Int, inner: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    ThreadPool.run(count: outer) { index in
      let start = index * count * inner
      (target + start).update(repeating: 0, count: count * inner)
      for column in 0..<inner {
        let wanted = maximum[index * inner + column]
        let places = stride(from: start + column, to: start + count * inner, by: inner)
        if let first = places.first(where: { source[$0] == wanted }) { target[first] = 1 }
      }
    }
  }
}
