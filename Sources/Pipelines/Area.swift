import Images

/// Rows and columns of pixels.
struct Area: Equatable {
  var rows: Range<Int>
  var columns: Range<Int>

  func clamped(to other: Area) -> Area {
    Area(rows: rows.clamped(to: other.rows), columns: columns.clamped(to: other.columns))
  }

  func widened(by margin: Int) -> Area {
    map { $0.lowerBound - margin..<$0.upperBound + margin }
  }

  /// The smallest area that holds this one and has its borders at multiples of so many pixels; for places from 0 on.
  func widened(toMultiplesOf multiple: Int) -> Area {
    map { $0.lowerBound / multiple * multiple..<($0.upperBound + multiple - 1) / multiple * multiple }
  }

  /// The same pixels as seen from another area's first one.
  func relative(to other: Area) -> Area {
    Area(
      rows: rows.lowerBound - other.rows.lowerBound..<rows.upperBound - other.rows.lowerBound,
      columns: columns.lowerBound - other.columns.lowerBound..<columns.upperBound - other.columns.lowerBound)
  }

  /// The way back from `relative(to:)`.
  func placed(in other: Area) -> Area {
    Area(
      rows: rows.lowerBound + other.rows.lowerBound..<rows.upperBound + other.rows.lowerBound,
      columns: columns.lowerBound + other.columns.lowerBound..<columns.upperBound + other.columns.lowerBound)
  }

  /// What these pixels become in an image that is made larger.
  func enlarged(by scale: Int) -> Area {
    map { $0.lowerBound * scale..<$0.upperBound * scale }
  }

  /// What these pixels become in an image that is made smaller; for borders at multiples of `scale`.
  func reduced(by scale: Int) -> Area {
    map { $0.lowerBound / scale..<$0.upperBound / scale }
  }

  private func map(_ change: (Range<Int>) -> Range<Int>) -> Area {
    Area(rows: change(rows), columns: change(columns))
  }
}

extension Image {
  var area: Area { Area(rows: 0..<height, columns: 0..<width) }

  func cropped(to area: Area) -> Image {
    if area == self.area { return self }
    return cropped(
      x: area.columns.lowerBound, y: area.rows.lowerBound, width: area.columns.count, height: area.rows.count)
  }
}
