import Images
import Models
import Tensors

extension Upscaler {
  /// Enlarges the colours of part of an image with the network, which sees the image extended by reflection at the
  /// right and bottom.
  ///
  /// - Parameters:
  ///   - extent: what the network sees; the image lies at its top left.
  ///   - kept: the part that is returned, relative to `extent`.
  func enlargedColors(of image: Image, extendedTo extent: PixelRectangle, keeping kept: PixelRectangle) throws -> Image
  {
    let (height, width) = (extent.rows.count, extent.columns.count)
    let colors = image.withoutAlpha().gathered(
      rows: NDArray.reflected(0..<height, size: image.height),
      columns: NDArray.reflected(0..<width, size: image.width))
    guard usesEnsemble else { return try output(for: colors, keeping: kept) }
    var (result, sums) = (image, [Float]())
    for orientation in Orientation.all {
      let kept = orientation.applied(to: kept, width: width, height: height)
      result = orientation.undone(on: try output(for: orientation.applied(to: colors), keeping: kept))
      sums = sums.isEmpty ? result.pixels : zip(sums, result.pixels).map { $0 + $1 }
    }
    return Image(
      width: result.width, height: result.height, channels: result.channels,
      pixels: sums.map { $0 / Float(Orientation.all.count) }, bitDepth: result.bitDepth)
  }

  /// What the network makes of a part of an image.
  ///
  /// Features are computed for everything that the network sees; the output only for the kept part, in tiles of its own.
  private func output(for image: Image, keeping kept: PixelRectangle) throws -> Image {
    let takesColorsSingly = takesColorsSingly(of: image)
    let resultChannels = resultChannels(of: image)
    let colors = image.array(channels: takesColorsSingly ? 3 : network.inputChannels, range: .unit)
    return try withoutGradients(precision: precision) {
      // One image of three channels becomes three images of one channel.
      let input = takesColorsSingly ? Tensor(colors).transposed([3, 1, 2, 0]) : Tensor(colors)
      let features = inference(input) { network.features(of: $0) }
      let made = kept.widened(by: network.outputRadius).clamped(to: image.bounds)
        .widened(toMultiplesOf: network.featureStride)
      let canvas = ImageCanvas()
      canvas.begin(
        ImageHeader(
          width: made.columns.count * network.scale, height: made.rows.count * network.scale,
          channels: resultChannels, bitDepth: image.bitDepth))
      for tile in outputPlan(for: made, of: image).tiles {
        let seen = tile.extent.placed(in: made)
        var output = network.output(
          from: features.part(seen.reduced(by: network.featureStride)), of: input.part(seen))
        if takesColorsSingly { output = output.transposed([3, 1, 2, 0]) }
        let colors = Image(array: try output.value.computed(), range: .unit)
          .cropped(to: tile.part.relative(to: tile.extent).enlarged(by: network.scale))
        canvas.append(resultChannels == 1 ? colors.grayscale() : colors)
      }
      return canvas.image.cropped(to: kept.relative(to: made).enlarged(by: network.scale))
    }
  }

  /// Whether the network is gray and the image in colour.
  func takesColorsSingly(of image: Image) -> Bool {
    keepsChannels && network.inputChannels == 1 && image.colorChannels == 3
  }

  /// The most values in memory at once while output is computed: few compared with the features of a large tile.
  static let outputValues = 1 << 25

  private func outputPlan(for part: PixelRectangle, of image: Image) -> TilePlan {
    let values = network.outputValuesPerPixel * (takesColorsSingly(of: image) ? 3 : 1)
    let side = Int((Double(Self.outputValues) / Double(values)).squareRoot()) - 2 * network.outputRadius
    return TilePlan(
      height: part.rows.count, width: part.columns.count, tile: max(TileSize.smallest, side),
      overlap: network.outputRadius, multiple: network.featureStride)
  }
}

extension Tensor {
  /// The rows and columns of a rectangle of `[N, H, W, C]`.
  fileprivate func part(_ rectangle: PixelRectangle) -> Tensor {
    if rectangle == PixelRectangle(rows: 0..<shape[1], columns: 0..<shape[2]) { return self }
    return sliced(axis: 1, range: rectangle.rows).sliced(axis: 2, range: rectangle.columns)
  }
}
