/// Strips of an image's rows. They begin at multiples of the tile height by which kernels divide an output, so that
/// strips and the whole image are divided into the same tiles.
enum Strips {
  static let alignment = 8

  /// The most rows that can be made within `workingValues`, but at least one row of tiles.
  static func height(for source: some RowSource, workingValues: Int) -> Int {
    var height = alignment
    while height < source.size.height, source.workingValues(rows: height + alignment) <= workingValues {
      height += alignment
    }
    return height
  }

  /// The rows widened to whole tiles.
  static func aligned(_ rows: Range<Int>, height: Int) -> Range<Int> {
    rows.lowerBound / alignment * alignment..<min(height, (rows.upperBound + alignment - 1) / alignment * alignment)
  }
}
