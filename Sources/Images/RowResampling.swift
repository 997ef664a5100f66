/// An image resized by parts of its rows, so that it need not be in memory as a whole. Nothing is rounded. Together the
/// parts are what `Image.resized` makes of the whole at 16 bits, except for rounding.
package struct RowResampling {
  private let across: ResamplingWeights, down: ResamplingWeights
  private let newWidth: Int

  /// Resizes a part of images of `width` by `height` pixels to `newWidth` by `newHeight`, antialiased when shrinking. Its
  /// borders are made of what lies beyond them, too.
  package init(
    columns: Range<Int>, ofWidth width: Int, rows: Range<Int>, ofHeight height: Int, toWidth newWidth: Int,
    height newHeight: Int, filter: ResamplingFilter
  ) {
    across = ResamplingWeights(from: columns, of: width, to: newWidth, filter: filter)
    down = ResamplingWeights(from: rows, of: height, to: newHeight, filter: filter)
    self.newWidth = newWidth
  }

  /// The rows of the image that rows of the result are made of.
  package func sources(of rows: Range<Int>) -> Range<Int> {
    let last = rows.upperBound - 1
    return down.starts[rows.lowerBound]..<down.starts[last] + down.counts[last]
  }

  /// Colours are weighted by their alpha.
  ///
  /// - Parameters:
  ///   - part: rows of the image, among them `sources(of: rows)`.
  ///   - first: the image's row at which it begins.
  /// - Returns: rows of the result.
  package func rows(_ rows: Range<Int>, from part: Image, first: Int) -> Image {
    let source = part.hasAlpha ? part.multipliedByAlpha() : part
    let resampler = Resampler(channels: part.channels, isRounded: false)
    let padded = source.pixels + [Float](repeating: 0, count: Resampler.slack)
    let narrowed = resampler.across(padded, width: part.width, height: part.height, weights: across)
    let resized = resampler.down(narrowed, width: newWidth, weights: down.limited(to: rows, of: first))
      .prefix(newWidth * rows.count * part.channels)
    // Overshoot affects colours and alpha alike, so their quotient must be taken before clamping.
    let pixels = part.hasAlpha ? Array(resized) : resized.map { $0.clampedToUnit }
    let result = part.with(width: newWidth, height: rows.count, pixels: pixels)
    return part.hasAlpha ? result.dividedByAlpha() : result
  }
}
