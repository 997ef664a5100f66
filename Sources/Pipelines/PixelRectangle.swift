import Images

/// A rectangle of pixels, by its rows and columns.
struct PixelRectangle: Equatable {
  var rows: Range<Int>
  var columns: Range<Int>

  func clamped(to other: PixelRectangle) -> PixelRectangle {
    PixelRectangle(rows: rows.clamped(to: other.rows), columns: columns.clamped(to: other.columns))
  }

  func widened(by margin: Int) -> PixelRectangle {
    map { $0.lowerBound - margin..<$0.upperBound + margin }
  }

  /// The smallest rectangle that contains this one and has its edges at multiples of `multiple`. Edges must not be
  /// negative.
  func widened(toMultiplesOf multiple: Int) -> PixelRectangle {
    map { $0.lowerBound / multiple * multiple..<($0.upperBound + multiple - 1) / multiple * multiple }
  }

  /// This rectangle in coordinates whose origin is another rectangle's top left corner.
  func relative(to other: PixelRectangle) -> PixelRectangle {
    PixelRectangle(
      rows: rows.lowerBound - other.rows.lowerBound..<rows.upperBound - other.rows.lowerBound,
      columns: columns.lowerBound - other.columns.lowerBound..<columns.upperBound - other.columns.lowerBound)
  }

  /// The inverse of `relative(to:)`.
  func placed(in other: PixelRectangle) -> PixelRectangle {
    PixelRectangle(
      rows: rows.lowerBound + other.rows.lowerBound..<rows.upperBound + other.rows.lowerBound,
      columns: columns.lowerBound + other.columns.lowerBound..<columns.upperBound + other.columns.lowerBound)
  }

  /// This rectangle, moved down and to the right by so many pixels.
  func placed(at offset: Int) -> PixelRectangle { map { $0.lowerBound + offset..<$0.upperBound + offset } }

  /// This rectangle in an image enlarged by `scale`.
  func enlarged(by scale: Int) -> PixelRectangle {
    map { $0.lowerBound * scale..<$0.upperBound * scale }
  }

  /// This rectangle in an image reduced by `scale`, of which its edges must be multiples.
  func reduced(by scale: Int) -> PixelRectangle {
    map { $0.lowerBound / scale..<$0.upperBound / scale }
  }

  private func map(_ change: (Range<Int>) -> Range<Int>) -> PixelRectangle {
    PixelRectangle(rows: change(rows), columns: change(columns))
  }
}

extension Image {
  var bounds: PixelRectangle { PixelRectangle(rows: 0..<height, columns: 0..<width) }

  func cropped(to part: PixelRectangle) -> Image {
    if part == bounds { return self }
    return cropped(
      x: part.columns.lowerBound, y: part.rows.lowerBound, width: part.columns.count, height: part.rows.count)
  }
}
