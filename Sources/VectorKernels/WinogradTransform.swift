/// A run of neighbouring tiles on one row, and where their 36 transformed values lie.
package struct WinogradTransform {
  /// The first tile's first pixel.
  package var pixels: UnsafeMutablePointer<Float>
  package var pixelRow: Int, pixelColumn: Int
  package var tiles: Int
  /// A multiple of 16.
  package var channels: Int
  /// The first tile's first position: `transformed[position * positionStride + tile * tileStride + channel]`.
  package var transformed: UnsafeMutablePointer<Float>
  package var positionStride: Int, tileStride: Int

  package init(
    pixels: UnsafeMutablePointer<Float>, pixelRow: Int, pixelColumn: Int, tiles: Int, channels: Int,
    transformed: UnsafeMutablePointer<Float>, positionStride: Int, tileStride: Int
  ) {
    self.pixels = pixels
    self.pixelRow = pixelRow
    self.pixelColumn = pixelColumn
    self.tiles = tiles
    self.channels = channels
    self.transformed = transformed
    self.positionStride = positionStride
    self.tileStride = tileStride
  }
}

/// A 3x3 kernel as nine matrices `[rows, columns]`, to be packed as the right sides of 36 products.
package struct WinogradWeight {
  package var kernel: UnsafePointer<Float>
  package var rows: Int
  /// A multiple of 16.
  package var columns: Int
  /// 36 times the panels of `[rows, columns]`.
  package var panels: UnsafeMutablePointer<Float>

  package init(kernel: UnsafePointer<Float>, rows: Int, columns: Int, panels: UnsafeMutablePointer<Float>) {
    self.kernel = kernel
    self.rows = rows
    self.columns = columns
    self.panels = panels
  }
}
