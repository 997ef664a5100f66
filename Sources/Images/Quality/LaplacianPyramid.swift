/// A square image of three channels at several scales: each level is what the next, of half the size, lacks of it, and
/// the last is what remains (Burt and Adelson 1983).
package struct LaplacianPyramid {
  static let side = 256
  static let levels = 4
  /// The side of a patch.
  static let patch = 7

  /// The whole image, stretched to a square; rows, columns and channels.
  let image: [Float]
  private let details: [[Float]]

  /// Transparent images are composited on white.
  package init(_ image: Image) {
    var square = image.laidOnWhite().withColors()
    square.bitDepth = .eight
    self.init(pixels: square.resized(toWidth: Self.side, height: Self.side, filter: .lanczos).pixels)
  }

  /// - Parameter pixels: of a square of `side`.
  package init(pixels: [Float]) {
    image = pixels
    var (details, level, size) = ([[Float]](), pixels, Self.side)
    for _ in 1..<Self.levels {
      let smaller = Self.halved(level, size: size)
      details.append(Self.difference(level, smaller, size: size))
      (level, size) = (smaller, size / 2)
    }
    self.details = details + [level]
  }

  /// The side of a level, the finest first.
  static func side(ofLevel level: Int) -> Int { side >> level }

  /// The positions in a row or column at which a patch of a level may begin.
  static func places(inLevel level: Int) -> Range<Int> { 0..<side(ofLevel: level) - patch + 1 }

  /// The values of a patch of a level, rows, columns and channels.
  func patch(level: Int, row: Int, column: Int) -> [Float] {
    let (values, size) = (details[level], Self.side(ofLevel: level))
    return (row..<row + Self.patch).flatMap { row -> ArraySlice<Float> in
      let first = (row * size + column) * 3
      return values[first..<first + Self.patch * 3]
    }
  }

  private static func halved(_ values: [Float], size: Int) -> [Float] {
    let half = size / 2
    return (0..<half * half * 3).map { place in
      let (pixel, channel) = place.quotientAndRemainder(dividingBy: 3)
      let first = (pixel / half * 2 * size + pixel % half * 2) * 3 + channel
      let below = first + size * 3
      return (values[first] + values[first + 3] + values[below] + values[below + 3]) / 4
    }
  }

  /// What an image of half the size, doubled, lacks.
  private static func difference(_ values: [Float], _ smaller: [Float], size: Int) -> [Float] {
    (0..<size * size * 3).map { place in
      let (pixel, channel) = place.quotientAndRemainder(dividingBy: 3)
      let (row, column) = (pixel / size, pixel % size)
      return values[place] - smaller[(row / 2 * (size / 2) + column / 2) * 3 + channel]
    }
  }
}
