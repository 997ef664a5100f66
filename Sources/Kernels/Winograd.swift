/// Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016): four by four outputs from six by six inputs with 36
/// multiplications instead of 144, as 36 matrix products between the channels.
enum Winograd {
  /// Transformed values to hold at once, per side of the products: a band of tiles that large stays in the outer cache.
  private static let bandValues = 1 << 23

  /// With few channels the transforms outweigh the multiplications they save; that 16 is the bound is a choice, not a
  /// measurement.
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
    let transformedWeight = Buffer(count: 36 * inputChannels * outputChannels)
    transform(weight: weight, rows: inputChannels * outputChannels, into: transformedWeight.pointer)
    let transformedInput = TransformedTiles(tiles: bands.longest, channels: inputChannels)
    let products = TransformedTiles(tiles: bands.longest, channels: outputChannels)
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
    let transformedInput = TransformedTiles(tiles: bands.longest, channels: inputChannels)
    let transformedGradient = TransformedTiles(tiles: bands.longest, channels: outputChannels)
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
