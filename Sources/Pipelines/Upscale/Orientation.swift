import Images

/// One of the eight ways to lay a rectangle on itself or on its transpose: mirrored or not, then turned.
struct Orientation {
  let isMirrored: Bool
  /// Clockwise.
  let quarterTurns: Int

  static let all = [false, true].flatMap { isMirrored in
    (0..<4).map { Orientation(isMirrored: isMirrored, quarterTurns: $0) }
  }

  func applied(to image: Image) -> Image {
    (isMirrored ? image.flippedHorizontally() : image).turned(quarters: quarterTurns)
  }

  /// The inverse of `applied(to:)`.
  func undone(on image: Image) -> Image {
    let turned = image.turned(quarters: -quarterTurns)
    return isMirrored ? turned.flippedHorizontally() : turned
  }

  /// Where a part of an image of so many pixels comes to lie.
  func applied(to part: PixelRectangle, width: Int, height: Int) -> PixelRectangle {
    var (part, width, height) = (part, width, height)
    if isMirrored { part.columns = width - part.columns.upperBound..<width - part.columns.lowerBound }
    for _ in 0..<quarterTurns {
      part = PixelRectangle(
        rows: part.columns, columns: height - part.rows.upperBound..<height - part.rows.lowerBound)
      (width, height) = (height, width)
    }
    return part
  }
}
