/// How an image is cut into tiles whose results together equal the result of the whole image.
///
/// Each tile computes one part of the result. It reads that part with a halo as wide as the radius of the network's
/// receptive field, or up to the image's border, where the network pads with the same zeros as for the whole image. All
/// tiles read the same number of pixels, so that their memory can be reused.
package struct TilePlan: Equatable {
  /// One tile along one axis, in pixels of the image.
  package struct Span: Equatable {
    /// What the tile computes. The parts of successive spans are adjacent.
    package var part: Range<Int>
    /// What the tile reads: its part with the halo. It may end beyond the image, which is then extended to a size that
    /// the network accepts.
    package var extent: Range<Int>
  }

  package let rows: [Span]
  package let columns: [Span]
  /// The longest side of a tile's part, as it was asked for.
  package let tile: Int

  /// - Parameters:
  ///   - tile: the longest side of a tile's part; rounded down to a multiple of `multiple`, but not to 0.
  ///   - overlap: the width of the halo.
  ///   - multiple: the number of which the sides of the network's inputs, and so the edges of tiles, are multiples.
  package init(height: Int, width: Int, tile: Int, overlap: Int, multiple: Int) {
    self.tile = tile
    rows = Self.spans(size: height, tile: tile, overlap: overlap, multiple: multiple)
    columns = Self.spans(size: width, tile: tile, overlap: overlap, multiple: multiple)
  }

  package var count: Int { rows.count * columns.count }

  /// Row after row, each from the left.
  var tiles: [(part: PixelRectangle, extent: PixelRectangle)] {
    rows.flatMap { row in
      columns.map { column in
        (PixelRectangle(rows: row.part, columns: column.part), PixelRectangle(rows: row.extent, columns: column.extent))
      }
    }
  }

  /// The size of what every tile reads.
  package var extentSize: (height: Int, width: Int) { (rows[0].extent.count, columns[0].extent.count) }

  /// The sides of the largest part.
  package var largestPart: (height: Int, width: Int) {
    (rows.reduce(0) { max($0, $1.part.count) }, columns.reduce(0) { max($0, $1.part.count) })
  }

  /// Computed in units of `multiple`.
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
