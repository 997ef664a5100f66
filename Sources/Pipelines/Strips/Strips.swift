/// Strips of an image's rows. They begin at multiples of the tiles that kernels cut an output into, so that strips are cut
/// into the same tiles as the whole.
enum Strips {
  static let alignment = 8

  /// As many rows at a time as `workingValues` in memory allow, but at least one row of tiles.
  static func height(for source: some RowSource, workingValues: Int) -> Int {
    var height = alignment
    while height < source.size.height, source.workingValues(rows: height + alignment) <= workingValues {
      height += alignment
    }
    return height
  }

  /// The whole tiles that hold some rows.
  static func aligned(_ rows: Range<Int>, height: Int) -> Range<Int> {
    rows.lowerBound / alignment * alignment..<min(height, (rows.upperBound + alignment - 1) / alignment * alignment)
  }
}
