/// The kinds of 3x3 convolution that Winograd's filtering computes, with the sizes of their tiles.
package enum WinogradForm: Sendable {
  /// Stride 1: F(4x4, 3x3).
  case unit
  /// Stride 2.
  case strided
  /// The input gradient with stride 2 and padding 1, which is also the transposed convolution.
  case enlarging

  /// The side of an input tile and the distance from one tile to the next, in pixels.
  package var inputTile: Int { [6, 9, 5][index] }
  package var inputStep: Int { [4, 8, 4][index] }
  package var outputTile: Int { [4, 4, 8][index] }
  /// The number of values in one channel of a transformed tile.
  package var positions: Int { [36, 81, 81][index] }

  private var index: Int {
    switch self {
    case .unit: 0
    case .strided: 1
    case .enlarging: 2
    }
  }
}

/// A run of adjacent tiles in one row of tiles, and where their transformed values are.
package struct WinogradTransform {
  package var form: WinogradForm
  /// The first tile's first pixel.
  package var pixels: UnsafeMutablePointer<Float>
  package var pixelRow: Int, pixelColumn: Int
  package var tiles: Int
  /// A multiple of 16.
  package var channels: Int
  /// The first tile's first value: `transformed[position * positionStride + tile * tileStride + channel]`.
  package var transformed: UnsafeMutablePointer<Float>
  package var positionStride: Int, tileStride: Int

  package init(
    _ form: WinogradForm, pixels: UnsafeMutablePointer<Float>, pixelRow: Int, pixelColumn: Int, tiles: Int,
    channels: Int, transformed: UnsafeMutablePointer<Float>, positionStride: Int, tileStride: Int
  ) {
    self.form = form
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

/// A 3x3 kernel as nine matrices `[rows, columns]`, to be transformed to one matrix for each position and packed as the
/// right side of its product.
package struct WinogradWeight {
  package var form: WinogradForm
  package var kernel: UnsafePointer<Float>
  package var rows: Int
  /// A multiple of 16.
  package var columns: Int
  /// For each position, the panels of its `[rows, columns]` matrix, `positionStride` values apart.
  package var panels: UnsafeMutablePointer<Float>
  package var positionStride: Int

  package init(
    _ form: WinogradForm, kernel: UnsafePointer<Float>, rows: Int, columns: Int, panels: UnsafeMutablePointer<Float>,
    positionStride: Int
  ) {
    self.form = form
    self.kernel = kernel
    self.rows = rows
    self.columns = columns
    self.panels = panels
    self.positionStride = positionStride
  }
}
