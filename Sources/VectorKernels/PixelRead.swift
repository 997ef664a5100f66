/// A rectangle of pixels to copy, normalising and rectifying them on the way. Convolutions read their inputs like this,
/// so padding, norms, activations, nearest-neighbour upsampling and concatenation need no separate passes over memory.
///
/// Target pixel (r, c) is source pixel (`rows[r]`, `columns[c]`), or zero where either is negative.
package struct PixelRead {
  package var parts: UnsafeBufferPointer<PixelPart>
  /// Pixels in a row of the source.
  package var sourceWidth: Int
  package var rows: UnsafeBufferPointer<Int32>, columns: UnsafeBufferPointer<Int32>
  package var target: UnsafeMutablePointer<Float>
  package var targetRow: Int, targetPixel: Int

  package init(
    parts: UnsafeBufferPointer<PixelPart>, sourceWidth: Int, rows: UnsafeBufferPointer<Int32>,
    columns: UnsafeBufferPointer<Int32>, target: UnsafeMutablePointer<Float>, targetRow: Int, targetPixel: Int
  ) {
    self.parts = parts
    self.sourceWidth = sourceWidth
    self.rows = rows
    self.columns = columns
    self.target = target
    self.targetRow = targetRow
    self.targetPixel = targetPixel
  }
}

/// Neighbouring channels of a source, read as `factor * min(rectified((x - mean) * scale), ceiling)`.
package struct PixelPart {
  /// The first of these channels in one image, whose pixels are `pixelStride` values apart.
  package var image: UnsafePointer<Float>
  package var pixelStride: Int
  package var channels: Int
  /// `[channels]` each; nil to leave the values as they are.
  package var mean: UnsafePointer<Float>?, scale: UnsafePointer<Float>?
  /// The factor of negative values, after normalisation; 1 for no rectifier.
  package var slope: Float
  /// `[channels]`: a slope for each channel, in place of `slope`.
  package var slopes: UnsafePointer<Float>?
  /// Infinity for none.
  package var ceiling: Float
  package var factor: Float

  package init(
    image: UnsafePointer<Float>, pixelStride: Int, channels: Int, mean: UnsafePointer<Float>?,
    scale: UnsafePointer<Float>?, slope: Float, slopes: UnsafePointer<Float>?, ceiling: Float, factor: Float
  ) {
    self.image = image
    self.pixelStride = pixelStride
    self.channels = channels
    self.mean = mean
    self.scale = scale
    self.slope = slope
    self.slopes = slopes
    self.ceiling = ceiling
    self.factor = factor
  }
  /// `count` of its channels from `first` on.
  package func sliced(from first: Int, count: Int) -> PixelPart {
    var part = self
    part.image += first
    part.channels = count
    part.mean = mean.map { $0 + first }
    part.scale = scale.map { $0 + first }
    part.slopes = slopes.map { $0 + first }
    return part
  }
}
