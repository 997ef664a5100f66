/// A kind of 3x3 convolution that Winograd's filtering computes, with the sizes of its tiles.
package enum WinogradForm: Sendable {
  /// Stride 1: F(4x4, 3x3).
  case unit
  /// Stride 2.
  case strided
  /// The input gradient of stride 2 and padding 1, also the transposed convolution.
  case enlarging

  /// Input pixels of a tile along each axis, and from one tile to the next.
  package var inputTile: Int { [6, 9, 5][index] }
  package var inputStep: Int { [4, 8, 4][index] }
  package var outputTile: Int { [4, 4, 8][index] }
  /// Products for each channel of a tile.
  package var positions: Int { [36, 81, 81][index] }

  private var index: Int {
    switch self {
    case .unit: 0
    case .strided: 1
    case .enlarging: 2
    }
  }
}

/// A run of neighbouring tiles on one row, and where their transformed values lie.
package struct WinogradTransform {
  package var form: WinogradForm
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

/// A 3x3 kernel as nine matrices `[rows, columns]`, to be packed as the right sides of a product for each position.
package struct WinogradWeight {
  package var form: WinogradForm
  package var kernel: UnsafePointer<Float>
  package var rows: Int
  /// A multiple of 16.
  package var columns: Int
  /// For each position the panels of `[rows, columns]`, `positionStride` values apart.
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
