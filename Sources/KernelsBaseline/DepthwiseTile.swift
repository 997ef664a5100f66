import CProcessor
import VectorKernels

/// Neighbouring outputs of a row and neighbouring taps, which share the source pixels that they read: each is loaded once.
/// With a single tap nothing is shared, and `step` is 1 whatever the product's step.
struct DepthwiseTile<let pixels: Int, let taps: Int, let step: Int> {
  /// How many source pixels it reads.
  @inline(__always)
  static var span: Int { (pixels - 1) * step + taps }

  /// Calls `body` for every pair of output and tap that reads a source pixel of the tile.
  @inline(__always)
  static func forEachPair(at source: Int, _ body: (_ pixel: Int, _ tap: Int) -> Void) {
    for tap in 0..<taps {
      let distance = source &- tap
      // The step is 1 or 2: a division would be checked.
      if distance >= 0 && distance & (step &- 1) == 0 && distance < pixels &* step {
        body(distance &>> (step &- 1), tap)
      }
    }
  }

  /// A bit for each source pixel that the first `count` outputs read from inside the source.
  static func inside(_ axis: DepthwiseAxis, pixel: Int, count: Int, tap: Int) -> UInt32 {
    let start = axis.start + pixel * axis.step + tap * axis.spacing
    let distance = taps == 1 ? axis.step : 1
    var mask: UInt32 = 0
    for source in 0...(count - 1) * step + taps - 1
    where (0..<axis.sourceCount).contains(start + source * distance) {
      mask |= 1 << UInt32(source)
    }
    return mask
  }
}

extension DepthwiseAxis {
  /// The step, where neighbouring taps read neighbouring pixels; otherwise 0.
  var sharedStep: Int { spacing == 1 ? step : 0 }

  /// The taps that read from inside the source for an output. Not a call, before which all registers are put aside.
  @inline(__always)
  func tapsInside(output: Int) -> Range<Int> {
    let first = start + output * step
    let lower = first >= 0 ? 0 : (spacing - 1 - first) / spacing
    let upper = first >= sourceCount ? 0 : (sourceCount - first + spacing - 1) / spacing
    return min(lower, taps)..<max(min(lower, taps), min(upper, taps))
  }
}

extension DepthwiseInput {
  /// Asks for a line of channels of those pixels that some outputs are the first ones to read, going down row by row.
  ///
  /// - Parameter values: what the first of the outputs reads through its first tap.
  @inline(__always)
  func fetchNewRows(_ values: UnsafePointer<Float>, outputs: Int) {
    let last = (vertical.taps &- 1) &* vertical.spacing
    for row in last &- vertical.step &+ 1...last {
      fetch(values + row &* rowStride, pixels: outputs &* horizontal.step, stride: pixelStride)
    }
  }
}

/// Asks for a line of channels of neighbouring pixels.
@inline(__always)
func fetch(_ values: UnsafePointer<Float>, pixels: Int, stride: Int) {
  for pixel in 0..<pixels { fetch_ahead(values + pixel &* stride) }
}

/// Calls `body` with 0 to `count - 1`, for a count known at compile time and at most 19. Unlike a loop this is unrolled
/// whatever the size of `body`, which arrays of vectors need in order to stay in registers.
@inline(__always)
func straight(_ count: Int, _ body: (Int) -> Void) {
  if count > 0 { body(0) }
  if count > 1 { body(1) }
  if count > 2 { body(2) }
  if count > 3 { body(3) }
  if count > 4 { body(4) }
  if count > 5 { body(5) }
  if count > 6 { body(6) }
  if count > 7 { body(7) }
  if count > 8 { body(8) }
  if count > 9 { body(9) }
  if count > 10 { body(10) }
  if count > 11 { body(11) }
  if count > 12 { body(12) }
  if count > 13 { body(13) }
  if count > 14 { body(14) }
  if count > 15 { body(15) }
  if count > 16 { body(16) }
  if count > 17 { body(17) }
  if count > 18 { body(18) }
}
