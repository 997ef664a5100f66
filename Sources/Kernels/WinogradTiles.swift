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
