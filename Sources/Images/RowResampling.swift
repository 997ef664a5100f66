/// An image resized by parts of its rows, so that it need not be in memory as a whole. Nothing is rounded. Together the
/// parts are what `Image.resized` makes of the whole at 16 bits, except for rounding.
package struct RowResampling {
  private let across: ResamplingWeights, down: ResamplingWeights
  private let newWidth: Int

  /// Resizes images of `width` by `height` pixels to `newWidth` by `newHeight`, antialiased when shrinking.
  package init(
    width: Int, height: Int, toWidth newWidth: Int, height newHeight: Int, filter: ResamplingFilter
  ) {
    across = ResamplingWeights(from: width, to: newWidth, filter: filter, convention: .pillow)
    down = ResamplingWeights(from: height, to: newHeight, filter: filter, convention: .pillow)
    self.newWidth = newWidth
  }

  /// The rows of the image that rows of the result are made of.
  package func sources(of rows: Range<Int>) -> Range<Int> {
    let last = rows.upperBound - 1
    return down.starts[rows.lowerBound]..<down.starts[last] + down.counts[last]
  }

  /// - Parameters:
  ///   - part: rows of the image, without alpha, among them `sources(of: rows)`.
  ///   - first: the image's row at which it begins.
  /// - Returns: rows of the result.
  package func rows(_ rows: Range<Int>, from part: Image, first: Int) -> Image {
    precondition(!part.hasAlpha, "rows are resized without their alpha")
    let resampler = Resampler(channels: part.channels, isRounded: false)
    let padded = part.pixels + [Float](repeating: 0, count: Resampler.slack)
    let narrowed = resampler.across(padded, width: part.width, height: part.height, weights: across)
    let resized = resampler.down(narrowed, width: newWidth, weights: down.limited(to: rows, of: first))
    let pixels = resized[..<(newWidth * rows.count * part.channels)].map { $0.clampedToUnit }
    return part.with(width: newWidth, height: rows.count, pixels: pixels)
  }
}
