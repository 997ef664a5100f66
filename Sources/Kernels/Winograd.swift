import VectorKernels

/// Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016): four by four outputs from six by six inputs with 36
/// multiplications instead of 144, as 36 matrix products between the channels.
enum Winograd {
  /// Transformed values, of inputs and products together, that a piece of work holds at once.
  private static let blockValues = 1 << 19

  static func suits(_ geometry: ConvolutionGeometry) -> Bool {
    geometry.kernelHeight == 3 && geometry.kernelWidth == 3
      && geometry.vertical.stride == 1 && geometry.horizontal.stride == 1
      && geometry.vertical.dilation == 1 && geometry.horizontal.dilation == 1
      && geometry.inputChannels % 16 == 0 && geometry.outputChannels % 16 == 0
      && geometry.outputHeight >= 4 && geometry.outputWidth >= 4
  }

  /// The kernel `[3, 3, inputChannels, outputChannels]`, transformed and packed for `forward`.
  static func transformed(weight: UnsafePointer<Float>, inputChannels: Int, outputChannels: Int) -> Buffer {
    let kernels = InstructionSet.kernels
    let panels = Buffer(count: 36 * inputChannels * outputChannels)
    let transform = WinogradWeight(
      kernel: weight, rows: inputChannels, columns: outputChannels, panels: panels.pointer)
    let bands = Bands(count: inputChannels, atMost: 16)
    ThreadPool.run(count: bands.pieces) { kernels.transformWeight(transform, rows: bands[$0]) }
    return panels
  }

  /// - Parameter weight: from `transformed`.
  static func forward(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Buffer, bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) {
    let kernels = InstructionSet.kernels
    let (inputChannels, outputChannels) = (geometry.inputChannels, geometry.outputChannels)
    let grid = WinogradGrid(geometry)
    let blocks = Bands(count: grid.tiles, atMost: max(8, blockValues / (36 * (inputChannels + outputChannels))))
    ThreadPool.run(count: geometry.batch * blocks.pieces) { index in
      let (image, piece) = index.quotientAndRemainder(dividingBy: blocks.pieces)
      let tiles = blocks[piece]
      let transformed = TransformedTiles(count: tiles.count, channels: inputChannels)
      let products = TransformedTiles(count: tiles.count, channels: outputChannels)
      grid.forEachRun(in: tiles) { run in
        grid.readInput(run, input, image: image, into: transformed, with: kernels)
      }
      for position in 0..<36 {
        kernels.multiply(
          rows: tiles.count, columns: outputChannels, left: transformed[position], leftRow: inputChannels,
          inner: inputChannels, leftStep: 1, right: weight.pointer + position * inputChannels * outputChannels,
          output: products[position])
      }
      let target = output + image * geometry.outputImageCount
      grid.forEachRun(in: tiles) { run in
        grid.writeOutput(run, products, bias: bias, to: target, with: kernels)
      }
    }
  }

  static func weightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    let kernels = InstructionSet.kernels
    let (inputChannels, outputChannels) = (geometry.inputChannels, geometry.outputChannels)
    let grid = WinogradGrid(geometry)
    // Tiles of all images in bands, so that their transforms stay in the outer cache; each is cut once more for threads.
    let all = geometry.batch * grid.tiles
    let bands = Bands(count: all, atMost: max(64, (1 << 23) / (36 * (inputChannels + outputChannels))))
    let transformed = TransformedTiles(count: bands.longest, channels: inputChannels)
    let gradients = TransformedTiles(count: bands.longest, channels: outputChannels)
    let sums = Buffer(count: 36 * inputChannels * outputChannels)
    let panelCount = Panels.count(columns: outputChannels)
    for piece in 0..<bands.pieces {
      let band = bands[piece]
      let blocks = Bands(count: band.count, atMost: 16)
      ThreadPool.run(count: blocks.pieces) { block in
        let tiles = blocks[block]
        grid.forEachRun(in: band.lowerBound + tiles.lowerBound..<band.lowerBound + tiles.upperBound) { run in
          var run = run
          run.place += tiles.lowerBound
          let image = run.row / grid.rows
          run.row %= grid.rows
          grid.readInput(run, input, image: image, into: transformed, with: kernels)
          grid.readOutputGradient(
            run, outputGradient, image: image, tiles: band.count, into: gradients, with: kernels)
        }
      }
      ThreadPool.run(count: 36 * panelCount) { index in
        let (position, panel) = index.quotientAndRemainder(dividingBy: panelCount)
        let first = panel * Panels.width
        let width = Panels.width(of: panel, columns: outputChannels)
        kernels.multiply(
          rows: inputChannels, columns: width, left: transformed[position], leftRow: 1, inner: band.count,
          leftStep: inputChannels, right: gradients[position] + first * band.count,
          output: sums.pointer + position * inputChannels * outputChannels + first, outputRow: outputChannels,
          accumulates: piece > 0)
      }
    }
    let count = inputChannels * outputChannels
    let ranges = Bands(count: count / 16, atMost: 256)
    ThreadPool.run(count: ranges.pieces) { piece in
      let range = ranges[piece]
      kernels.transformWeightGradient(
        from: sums.pointer, stride: count, into: weightGradient, range: range.lowerBound * 16..<range.upperBound * 16)
    }
    withExtendedLifetime(sums) {}
  }
}

/// 36 matrices, one for each position of the transformed tiles: `[count, channels]`, or panels of that.
struct TransformedTiles {
  let channels: Int
  /// Values from one position's matrix to the next.
  let stride: Int
  private let buffer: Buffer

  init(count: Int, channels: Int) {
    self.channels = channels
    // A few cache lines more than the matrix, so that the 36 places of a channel do not compete for the same lines.
    stride = count * channels + 16 * 5
    buffer = Buffer(count: 36 * stride)
  }

  subscript(position: Int) -> UnsafeMutablePointer<Float> { buffer.pointer + position * stride }
}

/// The tiles of an image's output, row by row.
struct WinogradGrid {
  private let geometry: ConvolutionGeometry
  let rows: Int, columns: Int
  var tiles: Int { rows * columns }

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    rows = (geometry.outputHeight + 3) / 4
    columns = (geometry.outputWidth + 3) / 4
  }

  /// Neighbouring tiles on one row.
  struct Run {
    var row: Int, columns: Range<Int>
    /// The first one's place among the transformed tiles.
    var place: Int
  }

  func forEachRun(in tiles: Range<Int>, _ body: (Run) -> Void) {
    var tile = tiles.lowerBound
    while tile < tiles.upperBound {
      let (row, column) = tile.quotientAndRemainder(dividingBy: columns)
      let end = min(columns, column + tiles.upperBound - tile)
      body(Run(row: row, columns: column..<end, place: tile - tiles.lowerBound))
      tile += end - column
    }
  }

  func readInput(
    _ run: Run, _ input: PixelSource, image: Int, into target: TransformedTiles, with kernels: any VectorKernels
  ) {
    let firstRow = run.row * 4 - geometry.vertical.paddingBefore
    let firstColumn = run.columns.lowerBound * 4 - geometry.horizontal.paddingBefore
    let width = run.columns.count * 4 + 2
    let pixels = read(
      input, image, rows: firstRow..<firstRow + 6, columns: firstColumn..<firstColumn + width, target.channels, kernels)
    kernels.transformInput(
      WinogradTransform(
        pixels: pixels.pointer, pixelRow: width * target.channels, pixelColumn: target.channels,
        tiles: run.columns.count, channels: target.channels, transformed: target[0] + run.place * target.channels,
        positionStride: target.stride, tileStride: target.channels))
    withExtendedLifetime(pixels) {}
  }

  /// Into panels of `[tiles, channels]`, as the right side of a product.
  func readOutputGradient(
    _ run: Run, _ gradient: PixelSource, image: Int, tiles: Int, into target: TransformedTiles,
    with kernels: any VectorKernels
  ) {
    let width = run.columns.count * 4
    let firstColumn = run.columns.lowerBound * 4
    let pixels = read(
      gradient, image, rows: run.row * 4..<run.row * 4 + 4, columns: firstColumn..<firstColumn + width,
      target.channels, kernels)
    for panel in 0..<Panels.count(columns: target.channels) {
      let first = panel * Panels.width
      let panelWidth = Panels.width(of: panel, columns: target.channels)
      kernels.transformOutputGradient(
        WinogradTransform(
          pixels: pixels.pointer + first, pixelRow: width * target.channels, pixelColumn: target.channels,
          tiles: run.columns.count, channels: panelWidth,
          transformed: target[0] + first * tiles + run.place * panelWidth, positionStride: target.stride,
          tileStride: panelWidth))
    }
    withExtendedLifetime(pixels) {}
  }

  func writeOutput(
    _ run: Run, _ products: TransformedTiles, bias: UnsafePointer<Float>?, to image: UnsafeMutablePointer<Float>,
    with kernels: any VectorKernels
  ) {
    let channels = products.channels
    let rowStride = geometry.outputWidth * channels
    kernels.transformProducts(
      WinogradTransform(
        pixels: image + run.row * 4 * rowStride + run.columns.lowerBound * 4 * channels, pixelRow: rowStride,
        pixelColumn: channels, tiles: run.columns.count, channels: channels,
        transformed: products[0] + run.place * channels, positionStride: products.stride, tileStride: channels),
      bias: bias, height: min(4, geometry.outputHeight - run.row * 4),
      lastWidth: min(4, geometry.outputWidth - (run.columns.upperBound - 1) * 4))
  }

  private func read(
    _ source: PixelSource, _ image: Int, rows: Range<Int>, columns: Range<Int>, _ channels: Int,
    _ kernels: any VectorKernels
  ) -> Buffer {
    let pixels = Buffer(count: rows.count * columns.count * channels)
    source.read(
      image: image, rows: rows, columns: columns, with: kernels, into: pixels.pointer,
      targetRow: columns.count * channels, targetPixel: channels)
    return pixels
  }
}

extension VectorKernels {
  /// A product whose left side is one matrix.
  fileprivate func multiply(
    rows: Int, columns: Int, left: UnsafePointer<Float>, leftRow: Int, inner: Int, leftStep: Int,
    right: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, outputRow: Int? = nil, accumulates: Bool = false
  ) {
    withUnsafePointer(to: 0) { start in
      var product = PanelProduct(
        rows: rows, columns: columns, left: left, leftRow: leftRow, segments: start, segmentCount: 1, run: inner,
        right: right, output: output, outputRow: outputRow ?? columns)
      product.leftStep = leftStep
      product.accumulates = accumulates
      multiply(product)
    }
  }
}
