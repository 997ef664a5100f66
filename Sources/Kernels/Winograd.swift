/// Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016): four by four outputs from six by six inputs with 36
/// multiplications instead of 144, as 36 matrix products between the channels.
enum Winograd {
  /// Transformed values to hold at once, per side of the products: a band of tiles that large stays in the outer cache.
  private static let bandValues = 1 << 23

  /// Below about 16 channels the transforms cost more than the multiplications they save.
  static func suits(_ geometry: ConvolutionGeometry) -> Bool {
    geometry.kernelHeight == 3 && geometry.kernelWidth == 3
      && geometry.vertical.stride == 1 && geometry.horizontal.stride == 1
      && geometry.vertical.dilation == 1 && geometry.horizontal.dilation == 1
      && geometry.inputChannels % WinogradLanes.scalarCount == 0
      && geometry.outputChannels % WinogradLanes.scalarCount == 0
      && min(geometry.inputChannels, geometry.outputChannels) >= 16
      && geometry.outputHeight >= 4 && geometry.outputWidth >= 4
  }

  static func forward(
    _ geometry: ConvolutionGeometry, input: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>
  ) {
    let (inputChannels, outputChannels) = (geometry.inputChannels, geometry.outputChannels)
    let tiles = WinogradTiles(geometry)
    let bands = Bands(count: tiles.count, atMost: tilesPerBand(geometry))
    let longest = bands[0].count
    let transformedWeight = Buffer(count: 36 * inputChannels * outputChannels)
    transform(weight: weight, rows: inputChannels * outputChannels, into: transformedWeight.pointer)
    let transformedInput = TransformedTiles(tiles: longest, channels: inputChannels)
    let products = TransformedTiles(tiles: longest, channels: outputChannels)
    for piece in 0..<bands.pieces {
      let band = bands[piece]
      transform(input: input, tiles, band, into: transformedInput)
      ThreadPool.run(count: 36) { position in
        MatrixProduct.compute(
          rows: band.count, columns: outputChannels, inner: inputChannels,
          left: Matrix(transformedInput[position], stride: inputChannels),
          right: Matrix(transformedWeight.pointer + position * inputChannels * outputChannels, stride: outputChannels),
          output: products[position], outputStride: outputChannels)
      }
      forEachTile(band) { index, tile in
        tiles.writeOutput(tile, products: products, at: index, bias: bias, output: output)
      }
    }
    withExtendedLifetime(transformedWeight) {}
  }

  static func weightGradient(
    _ geometry: ConvolutionGeometry, input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    let (inputChannels, outputChannels) = (geometry.inputChannels, geometry.outputChannels)
    let tiles = WinogradTiles(geometry)
    let bands = Bands(count: tiles.count, atMost: tilesPerBand(geometry))
    let longest = bands[0].count
    let transformedInput = TransformedTiles(tiles: longest, channels: inputChannels)
    let transformedGradient = TransformedTiles(tiles: longest, channels: outputChannels)
    let products = Buffer(count: 36 * inputChannels * outputChannels)
    for piece in 0..<bands.pieces {
      let band = bands[piece]
      transform(input: input, tiles, band, into: transformedInput)
      forEachTile(band) { index, tile in
        tiles.readOutputGradient(tile, outputGradient, into: transformedGradient, at: index)
      }
      ThreadPool.run(count: 36) { position in
        MatrixProduct.compute(
          rows: inputChannels, columns: outputChannels, inner: band.count,
          left: Matrix(transformedInput[position], stride: inputChannels, isTransposed: true),
          right: Matrix(transformedGradient[position], stride: outputChannels),
          output: products.pointer + position * inputChannels * outputChannels, outputStride: outputChannels,
          accumulating: piece > 0)
      }
    }
    let rows = inputChannels * outputChannels
    Bands.run(over: rows / WinogradLanes.scalarCount) { range in
      for index in range {
        let offset = index * WinogradLanes.scalarCount
        WinogradTransform.weightGradient(
          from: products.pointer + offset, stride: rows, into: weightGradient + offset, targetStride: rows)
      }
    }
  }

  private static func tilesPerBand(_ geometry: ConvolutionGeometry) -> Int {
    max(32, bandValues / (36 * max(geometry.inputChannels, geometry.outputChannels)))
  }

  private static func transform(
    weight: UnsafePointer<Float>, rows: Int, into target: UnsafeMutablePointer<Float>
  ) {
    Bands.run(over: rows / WinogradLanes.scalarCount) { range in
      for index in range {
        let offset = index * WinogradLanes.scalarCount
        WinogradTransform.weight(from: weight + offset, stride: rows, into: target + offset, targetStride: rows)
      }
    }
  }

  private static func transform(
    input: UnsafePointer<Float>, _ tiles: WinogradTiles, _ band: Range<Int>, into target: TransformedTiles
  ) {
    forEachTile(band) { index, tile in tiles.readInput(tile, input, into: target, at: index) }
  }

  private static func forEachTile(_ band: Range<Int>, _ body: (Int, Int) -> Void) {
    let pieces = Bands(count: band.count, atMost: 16)
    ThreadPool.run(count: pieces.pieces) { piece in
      for index in pieces[piece] { body(index, band.lowerBound + index) }
    }
  }
}

/// 36 matrices `[tiles, channels]`, one for each position of the transformed tile.
struct TransformedTiles {
  private let buffer: Buffer
  /// Values from one position's matrix to the next: a few cache lines more than the matrix, so that the 36 places of a
  /// channel do not compete for the same lines of the cache.
  let stride: Int
  let channels: Int

  init(tiles: Int, channels: Int) {
    self.channels = channels
    stride = (tiles * channels + 15) / 16 * 16 + 16
    buffer = Buffer(count: 36 * stride)
  }

  subscript(position: Int) -> UnsafeMutablePointer<Float> { buffer.pointer + position * stride }
}

/// A convolution's output cut into 4x4 tiles, in reading order, image after image.
struct WinogradTiles {
  private let geometry: ConvolutionGeometry
  private let rows: Int, columns: Int
  var count: Int { geometry.batch * rows * columns }

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    rows = (geometry.outputHeight + 3) / 4
    columns = (geometry.outputWidth + 3) / 4
  }

  /// The image and the first output row and column of a tile.
  private func place(of tile: Int) -> (image: Int, row: Int, column: Int) {
    let (image, rest) = tile.quotientAndRemainder(dividingBy: rows * columns)
    return (image, rest / columns * 4, rest % columns * 4)
  }

  func readInput(_ tile: Int, _ input: UnsafePointer<Float>, into target: TransformedTiles, at index: Int) {
    let place = place(of: tile)
    readPatch(
      size: 6, input + place.image * geometry.inputImageCount, height: geometry.inputHeight,
      width: geometry.inputWidth, channels: geometry.inputChannels,
      firstRow: place.row - geometry.vertical.paddingBefore,
      firstColumn: place.column - geometry.horizontal.paddingBefore
    ) { patch, rowStride, columnStride in
      for channel in stride(from: 0, to: geometry.inputChannels, by: WinogradLanes.scalarCount) {
        WinogradTransform.input(
          from: patch + channel, rowStride: rowStride, columnStride: columnStride,
          into: target[0] + index * target.channels + channel, targetStride: target.stride)
      }
    }
  }

  func readOutputGradient(
    _ tile: Int, _ gradient: UnsafePointer<Float>, into target: TransformedTiles, at index: Int
  ) {
    let place = place(of: tile)
    readPatch(
      size: 4, gradient + place.image * geometry.outputImageCount, height: geometry.outputHeight,
      width: geometry.outputWidth, channels: geometry.outputChannels, firstRow: place.row, firstColumn: place.column
    ) { patch, rowStride, columnStride in
      for channel in stride(from: 0, to: geometry.outputChannels, by: WinogradLanes.scalarCount) {
        WinogradTransform.outputGradient(
          from: patch + channel, rowStride: rowStride, columnStride: columnStride,
          into: target[0] + index * target.channels + channel, targetStride: target.stride)
      }
    }
  }

  func writeOutput(
    _ tile: Int, products: TransformedTiles, at index: Int, bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) {
    let place = place(of: tile)
    let channels = geometry.outputChannels
    let image = output + place.image * geometry.outputImageCount
    let height = min(4, geometry.outputHeight - place.row)
    let width = min(4, geometry.outputWidth - place.column)
    for channel in stride(from: 0, to: channels, by: WinogradLanes.scalarCount) {
      WinogradTransform.output(
        from: products[0] + index * channels + channel, stride: products.stride, bias: bias.map { $0 + channel },
        into: image + (place.row * geometry.outputWidth + place.column) * channels + channel,
        rowStride: geometry.outputWidth * channels, columnStride: channels, height: height, width: width)
    }
  }

  /// Hands `body` the `size` x `size` pixels from a position on: in place, or copied with zeros where they leave the
  /// image.
  private func readPatch(
    size: Int, _ image: UnsafePointer<Float>, height: Int, width: Int, channels: Int, firstRow: Int, firstColumn: Int,
    _ body: (UnsafePointer<Float>, Int, Int) -> Void
  ) {
    if firstRow >= 0, firstColumn >= 0, firstRow + size <= height, firstColumn + size <= width {
      body(image + (firstRow * width + firstColumn) * channels, width * channels, channels)
      return
    }
    let patch = Buffer(count: size * size * channels)
    for row in 0..<size {
      for column in 0..<size {
        let target = patch.pointer + (row * size + column) * channels
        let (sourceRow, sourceColumn) = (firstRow + row, firstColumn + column)
        if sourceRow >= 0, sourceRow < height, sourceColumn >= 0, sourceColumn < width {
          target.update(from: image + (sourceRow * width + sourceColumn) * channels, count: channels)
        } else {
          target.update(repeating: 0, count: channels)
        }
      }
    }
    withExtendedLifetime(patch) { body(patch.pointer, size * channels, channels) }
  }
}
