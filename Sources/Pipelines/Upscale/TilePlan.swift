/// How an image is cut into tiles so that what a network makes of them, put together, is what it makes of the whole.
///
/// Each tile answers for a part of the image, and is read with as much around that part as the answer depends on, or up
/// to the image's border, where the network meets the same zeros as in the whole image. All tiles are read in one size, so
/// that their memory is used again.
package struct TilePlan: Equatable {
  /// One tile's place along one axis, in pixels of the image.
  package struct Span: Equatable {
    /// What the tile answers for. Spans' parts follow each other without a gap.
    package var part: Range<Int>
    /// What is read. It may end past the image where that must be extended to a size that the network takes.
    package var extent: Range<Int>
  }

  package let rows: [Span]
  package let columns: [Span]

  /// - Parameters:
  ///   - tile: the longest side of a tile's part; rounded down to `multiple`, but not to 0.
  ///   - overlap: how far outside of a part its answer depends on the image.
  ///   - multiple: what the sides that the network takes, and so the places of tiles, are multiples of.
  package init(height: Int, width: Int, tile: Int, overlap: Int, multiple: Int) {
    rows = Self.spans(size: height, tile: tile, overlap: overlap, multiple: multiple)
    columns = Self.spans(size: width, tile: tile, overlap: overlap, multiple: multiple)
  }

  package var count: Int { rows.count * columns.count }

  /// Row after row, each from the left.
  var tiles: [(part: Area, extent: Area)] {
    rows.flatMap { row in
      columns.map { column in
        (Area(rows: row.part, columns: column.part), Area(rows: row.extent, columns: column.extent))
      }
    }
  }

  /// Of every tile as it is read.
  package var extentSize: (height: Int, width: Int) { (rows[0].extent.count, columns[0].extent.count) }

  /// The sides of the largest part.
  package var largestPart: (height: Int, width: Int) {
    (rows.reduce(0) { max($0, $1.part.count) }, columns.reduce(0) { max($0, $1.part.count) })
  }

  /// Counted in units of `multiple`.
  private static func spans(size: Int, tile: Int, overlap: Int, multiple: Int) -> [Span] {
    func units(_ pixels: Int) -> Int { (pixels + multiple - 1) / multiple }
    let (total, context) = (units(size), units(overlap))
    let count = (total + max(1, tile / multiple) - 1) / max(1, tile / multiple)
    let longest = (total + count - 1) / count
    let extent = min(total, longest + 2 * context)
    return (0..<count).map { index in
      let (first, end) = (total * index / count, total * (index + 1) / count)
      let start = min(max(0, first - context), total - extent)
      return Span(
        part: first * multiple..<min(size, end * multiple), extent: start * multiple..<(start + extent) * multiple)
    }
  }
}
