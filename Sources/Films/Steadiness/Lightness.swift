import Images

/// What is kept of a frame to find motion and cuts: its luma, reduced.
package struct Lightness: Sendable {
  let pyramid: Pyramid
  /// The shares of pixels in equal ranges of lightness.
  private let histogram: [Float]

  /// Larger pictures are reduced until their shorter side is less: motion is then found in less time than a network takes.
  private static let largestSide = 400
  private static let bins = 64
  /// The share of pixels that have to change their range of lightness at a cut.
  private static let changeAtCut: Float = 0.35

  package init(of frame: Image) {
    var plane = frame.pixels.withUnsafeBufferPointer { pixels in
      Plane(width: frame.width, height: frame.height) { row, result in
        let isGray = frame.colorChannels == 1
        for column in result.indices {
          let first = (row * frame.width + column) * frame.channels
          result[column] =
            isGray
            ? pixels[first] : 0.299 * pixels[first] + 0.587 * pixels[first + 1] + 0.114 * pixels[first + 2]
        }
      }
    }
    while min(plane.width, plane.height) >= Self.largestSide { plane = plane.halved }
    pyramid = Pyramid(plane)
    var histogram = [Float](repeating: 0, count: Self.bins)
    let share = 1 / Float(plane.values.count)
    for value in plane.values { histogram[min(Self.bins - 1, Int(max(0, value) * Float(Self.bins)))] += 1 }
    self.histogram = histogram.map { $0 * share }
  }

  package var plane: Plane { pyramid.levels[0] }

  /// Whether the frame shows something else than one before.
  func isCut(from other: Lightness) -> Bool {
    guard plane.width == other.plane.width, plane.height == other.plane.height else { return true }
    return zip(histogram, other.histogram).reduce(0) { $0 + abs($1.0 - $1.1) } / 2 > Self.changeAtCut
  }
}
