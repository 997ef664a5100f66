import Threads
import VectorKernels

/// A matrix `[rows, channels]` for each position of a transformed tile or kernel, plain or packed in panels.
struct PositionMatrices {
  let channels: Int
  /// Values from one position's matrix to the next.
  let stride: Int
  let memory: HostMemory

  init(_ form: WinogradForm, rows: Int, channels: Int) {
    let stride = Self.stride(rows: rows, channels: channels)
    self.init(HostMemory(count: form.positions * stride), rows: rows, channels: channels)
  }

  /// Wraps matrices that exist already.
  init(_ memory: HostMemory, rows: Int, channels: Int) {
    self.channels = channels
    self.memory = memory
    stride = Self.stride(rows: rows, channels: channels)
  }

  /// A few cache lines more than the matrix's size, so that equal elements of different positions do not map to the
  /// same cache set.
  private static func stride(rows: Int, channels: Int) -> Int { rows * channels + 16 * 5 }

  subscript(position: Int) -> UnsafeMutablePointer<Float> { memory.pointer + position * stride }
}

/// The tiles that cover an image's output, counted row by row, and how they are read and written.
struct WinogradGrid {
  let form: WinogradForm
  let outputHeight: Int, outputWidth: Int
  let rows: Int, columns: Int
  var tiles: Int { rows * columns }
  /// The input pixel at which the first tile begins; negative in padding.
  private let firstRow: Int, firstColumn: Int

  init(_ form: WinogradForm, firstRow: Int, firstColumn: Int, outputHeight: Int, outputWidth: Int) {
    self.form = form
    self.firstRow = firstRow
    self.firstColumn = firstColumn
    self.outputHeight = outputHeight
    self.outputWidth = outputWidth
    rows = (outputHeight + form.outputTile - 1) / form.outputTile
    columns = (outputWidth + form.outputTile - 1) / form.outputTile
  }

  /// Adjacent tiles in one row of tiles.
  struct Run {
    var row: Int, columns: Range<Int>
    /// The first one's index among the transformed tiles.
    var firstIndex: Int
  }

  func forEachRun(in tiles: Range<Int>, _ body: (Run) -> Void) {
    var tile = tiles.lowerBound
    while tile < tiles.upperBound {
      let (row, column) = tile.quotientAndRemainder(dividingBy: columns)
      let end = min(columns, column + tiles.upperBound - tile)
      body(Run(row: row, columns: column..<end, firstIndex: tile - tiles.lowerBound))
      tile += end - column
    }
  }

  /// The tiles in blocks of about `count`. Blocks are whole rows, split into a power of two of blocks so that threads
  /// share them evenly, or parts of a row if a row has more than `count` tiles.
  func blocks(of count: Int) -> [Range<Int>] {
    let parts = Bands(count: columns, atMost: count)
    var bands = 1
    while bands < rows, (rows + bands - 1) / bands * columns > count { bands *= 2 }
    let rowBands = Bands(count: rows, atMost: (rows + bands - 1) / bands)
    guard parts.pieces > 1 else {
      return (0..<rowBands.pieces).map { rowBands[$0].lowerBound * columns..<rowBands[$0].upperBound * columns }
    }
    return (0..<rows).flatMap { row in
      (0..<parts.pieces).map { row * columns + parts[$0].lowerBound..<row * columns + parts[$0].upperBound }
    }
  }

  func readInput(
    _ run: Run, _ input: PixelReader, image: Int, into target: PositionMatrices, with kernels: any VectorKernels
  ) {
    let row = firstRow + run.row * form.inputStep
    let column = firstColumn + run.columns.lowerBound * form.inputStep
    let width = (run.columns.count - 1) * form.inputStep + form.inputTile
    let pixels = read(
      input, image, rows: row..<row + form.inputTile, columns: column..<column + width, target.channels, kernels)
    kernels.transformInput(
      WinogradTransform(
        form, pixels: pixels.pointer, pixelRow: width * target.channels, pixelColumn: target.channels,
        tiles: run.columns.count, channels: target.channels, transformed: target[0] + run.firstIndex * target.channels,
        positionStride: target.stride, tileStride: target.channels))
    withExtendedLifetime(pixels) {}
  }

  /// Transforms tiles of the output's gradient into panels of `[tiles, channels]`, the right side of a product.
  func readOutputGradient(
    _ run: Run, _ gradient: PixelReader, image: Int, tiles: Int, into target: PositionMatrices,
    with kernels: any VectorKernels
  ) {
    let (row, column) = (run.row * form.outputTile, run.columns.lowerBound * form.outputTile)
    let width = run.columns.count * form.outputTile
    let pixels = read(
      gradient, image, rows: row..<row + form.outputTile, columns: column..<column + width, target.channels, kernels)
    for panel in 0..<Panels.count(columns: target.channels) {
      let first = panel * Panels.width
      let panelWidth = Panels.width(of: panel, columns: target.channels)
      kernels.transformOutputGradient(
        WinogradTransform(
          form, pixels: pixels.pointer + first, pixelRow: width * target.channels, pixelColumn: target.channels,
          tiles: run.columns.count, channels: panelWidth,
          transformed: target[0] + first * tiles + run.firstIndex * panelWidth, positionStride: target.stride,
          tileStride: panelWidth))
    }
    withExtendedLifetime(pixels) {}
  }

  func writeOutput(
    _ run: Run, _ products: PositionMatrices, bias: UnsafePointer<Float>?, to image: UnsafeMutablePointer<Float>,
    with kernels: any VectorKernels
  ) {
    let channels = products.channels
    let (row, column) = (run.row * form.outputTile, run.columns.lowerBound * form.outputTile)
    kernels.transformProducts(
      WinogradTransform(
        form, pixels: image + (row * outputWidth + column) * channels, pixelRow: outputWidth * channels,
        pixelColumn: channels, tiles: run.columns.count, channels: channels,
        transformed: products[0] + run.firstIndex * channels, positionStride: products.stride, tileStride: channels),
      bias: bias, height: min(form.outputTile, outputHeight - row),
      lastWidth: min(form.outputTile, outputWidth - (run.columns.upperBound - 1) * form.outputTile))
  }

  /// The output's pixels that a block of tiles covers.
  func pixelRuns(in tiles: Range<Int>, of image: UnsafePointer<Float>, channels: Int) -> [PixelRun] {
    var runs: [PixelRun] = []
    forEachRun(in: tiles) { run in
      let (row, column) = (run.row * form.outputTile, run.columns.lowerBound * form.outputTile)
      let end = min(outputWidth, run.columns.upperBound * form.outputTile)
      for y in row..<min(outputHeight, row + form.outputTile) {
        runs.append((image + (y * outputWidth + column) * channels, end - column))
      }
    }
    return runs
  }

  private func read(
    _ source: PixelReader, _ image: Int, rows: Range<Int>, columns: Range<Int>, _ channels: Int,
    _ kernels: any VectorKernels
  ) -> HostMemory {
    let pixels = HostMemory(count: rows.count * columns.count * channels)
    source.read(
      image: image, rows: rows, columns: columns, with: kernels, into: pixels.pointer,
      targetRow: columns.count * channels, targetPixel: channels)
    return pixels
  }
}
