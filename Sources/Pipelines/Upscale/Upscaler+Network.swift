import Images
import Models
import Tensors

extension Upscaler {
  /// Part of an image's colours through the network, which sees the image extended by reflection at its right and bottom.
  ///
  /// Features are found of all that is seen; the output is made of them only for what is kept, and in tiles of its own.
  ///
  /// - Parameters:
  ///   - extent: what the network sees; the image lies at its top left.
  ///   - kept: as seen from there.
  func enlargedColors(of image: Image, extendedTo extent: Area, keeping kept: Area) throws -> Image {
    let takesColorsSingly = takesColorsSingly(of: image)
    let colors = image.array(channels: takesColorsSingly ? 3 : network.inputChannels, range: .unit)
      .extendedByReflection(height: extent.rows.count, width: extent.columns.count)
    return try withoutGradients(precision: precision) {
      // One image of three colours is three images of one.
      let input = takesColorsSingly ? Tensor(colors).transposed([3, 1, 2, 0]) : Tensor(colors)
      let features = network.features(of: input)
      let made = kept.widened(by: network.outputRadius).clamped(to: extent.relative(to: extent))
        .widened(toMultiplesOf: network.sizeMultiple)
      let canvas = ImageCanvas()
      canvas.begin(
        ImageHeader(
          width: made.columns.count * network.scale, height: made.rows.count * network.scale,
          channels: image.colorChannels, bitDepth: image.bitDepth))
      for tile in outputPlan(for: made, of: image).tiles {
        let place = tile.extent.placed(in: made)
        var output = network.output(
          from: features.part(place.reduced(by: network.sizeMultiple)), of: input.part(place))
        if takesColorsSingly { output = output.transposed([3, 1, 2, 0]) }
        let colors = Image(array: output.value, range: .unit)
          .cropped(to: tile.part.relative(to: tile.extent).enlarged(by: network.scale))
        canvas.append(image.colorChannels == 1 ? colors.grayscale() : colors)
      }
      return canvas.image.cropped(to: kept.relative(to: made).enlarged(by: network.scale))
    }
  }

  /// Whether a network of gray gets colours.
  func takesColorsSingly(of image: Image) -> Bool { network.inputChannels == 1 && image.colorChannels == 3 }

  /// The values that are alive at once while an output is made: little against the features of a large tile.
  static let outputValues = 1 << 25

  private func outputPlan(for area: Area, of image: Image) -> TilePlan {
    let values = network.outputValuesPerPixel * (takesColorsSingly(of: image) ? 3 : 1)
    let side = Int((Double(Self.outputValues) / Double(values)).squareRoot()) - 2 * network.outputRadius
    return TilePlan(
      height: area.rows.count, width: area.columns.count, tile: max(TileSize.smallest, side),
      overlap: network.outputRadius, multiple: network.sizeMultiple)
  }
}

extension Tensor {
  /// Of `[N, H, W, C]`.
  fileprivate func part(_ area: Area) -> Tensor {
    if area == Area(rows: 0..<shape[1], columns: 0..<shape[2]) { return self }
    return sliced(axis: 1, range: area.rows).sliced(axis: 2, range: area.columns)
  }
}
