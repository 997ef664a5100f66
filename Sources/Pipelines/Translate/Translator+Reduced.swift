import Images
import Tensors

extension Translator {
  /// Translates a reduced copy of a larger image, and brings the result to the image's size.
  ///
  /// Fully transparent pixels take the colours of nearby visible ones first, which would otherwise get into these.
  func translate(_ image: Image, reducedTo size: Int, into sink: some ImageSink) throws {
    var colors = image.withColorsSpread().withoutAlpha()
    colors.bitDepth = .sixteen  // so that resizing does not round
    let reduced = colors.reduced(toShorterSide: size)
    let draft = Draft(for: sink)
    try translateAsItIs(reduced, into: draft)
    let result = ResultRows(of: image, into: sink, advance: draft.advanceLater)
    if var upscaler {
      upscaler.memoryLimit = memoryLimit
      try upscaler.upscale(draft.image, toWidth: image.width, height: image.height, into: result)
    } else {
      try enlarge(draft.image, of: reduced, along: colors, into: result)
    }
  }

  /// The deviation of colour, as a distance in RGB from 0 to 1, within which a pixel of the photograph counts as like
  /// another. With half of it, textures such as foliage come out speckled.
  private static let deviation: Float = 0.1
  /// The number of values in the rows that are enlarged at a time.
  private static let bandValues = 1 << 22

  /// Enlarges a translation of the reduced image along the edges of the full one.
  ///
  /// Joint bilateral upsampling takes colours from the translation alone, so its strokes keep their contrast and the
  /// photograph's texture does not come back. Of a guided filter (He et al. 2013), nothing remains that is not in the
  /// photograph: it made smooth washes of strokes. Adding what the photograph has above the working size, by that filter's
  /// coefficients, left strokes and contours blurred.
  private func enlarge(
    _ translation: Image, of reduced: Image, along full: Image, into result: some ImageSink
  ) throws {
    let guides = full.colorChannels
    let upsampling = JointUpsampling(
      translation.array(channels: translation.channels, range: .unit), of: reduced.array(channels: guides, range: .unit)
    ) { _ in Self.deviation * Self.deviation }
    let height = max(1, Self.bandValues / (full.width * max(guides, translation.channels)))
    for first in stride(from: 0, to: full.height, by: height) {
      let rows = first..<min(full.height, first + height)
      let guide = full.cropped(to: PixelRectangle(rows: rows, columns: 0..<full.width))
      let enlarged = upsampling.rows(
        rows, along: guide.array(channels: guides, range: .unit), height: full.height)
      try result.append(Image(array: enlarged, range: .unit))
      try result.advance(to: Double(rows.upperBound) / Double(full.height))
    }
  }
}

extension Image {
  fileprivate func reduced(toShorterSide size: Int) -> Image {
    let scale = Double(size) / Double(min(width, height))
    func side(_ side: Int) -> Int { max(size, Int((Double(side) * scale).rounded())) }
    return resized(toWidth: side(width), height: side(height))
  }
}
