/// How a depthwise product steps along one axis: output j reads, through tap t, source position
/// `start + j * step + t * spacing`, and zero where that is outside `0..<sourceCount`.
package struct DepthwiseAxis {
  package var outputs: Int, taps: Int
  package var start: Int, step: Int, spacing: Int
  package var sourceCount: Int

  package init(outputs: Int, taps: Int, start: Int, step: Int, spacing: Int, sourceCount: Int) {
    self.outputs = outputs
    self.taps = taps
    self.start = start
    self.step = step
    self.spacing = spacing
    self.sourceCount = sourceCount
  }
}

/// What a depthwise product reads: pixels whose channels are neighbours, and how the taps step over them. Source pixel
/// (row, column) begins at `values + row * rowStride + column * pixelStride`.
package struct DepthwiseInput {
  package var vertical: DepthwiseAxis, horizontal: DepthwiseAxis
  package var values: UnsafePointer<Float>
  package var rowStride: Int, pixelStride: Int
  /// Whether the pixels come from memory rather than from a cache, so that it is worth asking for them ahead.
  package var isLarge: Bool

  package init(
    vertical: DepthwiseAxis, horizontal: DepthwiseAxis, values: UnsafePointer<Float>, rowStride: Int, pixelStride: Int,
    isLarge: Bool
  ) {
    self.vertical = vertical
    self.horizontal = horizontal
    self.values = values
    self.rowStride = rowStride
    self.pixelStride = pixelStride
    self.isLarge = isLarge
  }
}

/// A depthwise convolution of a rectangle of pixels: each channel of an output pixel is the sum, over the taps, of that
/// channel's input value times its weight.
package struct DepthwiseProduct {
  package var input: DepthwiseInput
  /// How many channels the output has; input, weight and bias are read up to the next multiple of `channelsPerLine`.
  package var channels: Int
  /// The first tap's weights; those of tap (row, column) are `row * weightRow + column * weightColumn` values further.
  package var weight: UnsafePointer<Float>
  package var weightRow: Int, weightColumn: Int
  /// `[channels]`.
  package var bias: UnsafePointer<Float>?
  package var output: UnsafeMutablePointer<Float>
  package var outputRow: Int, outputPixel: Int
  /// Whether the output, in whole lines of channels, is larger than the caches and so better written past them. Where the
  /// instruction set cannot, this changes nothing.
  package var passesCaches: Bool

  /// Channels that fill a line of the cache.
  package static let channelsPerLine = 16

  package init(
    input: DepthwiseInput, channels: Int, weight: UnsafePointer<Float>, weightRow: Int, weightColumn: Int,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>, outputRow: Int, outputPixel: Int,
    passesCaches: Bool
  ) {
    self.input = input
    self.channels = channels
    self.weight = weight
    self.weightRow = weightRow
    self.weightColumn = weightColumn
    self.bias = bias
    self.output = output
    self.outputRow = outputRow
    self.outputPixel = outputPixel
    self.passesCaches = passesCaches
  }
}

/// The weight gradient of a depthwise convolution over a rectangle of output pixels. For each tap and channel, the products
/// of input value and output gradient are summed over the pixels and added to `sums`, where tap (row, column) begins
/// `row * sumsRow + column * sumsColumn` values after the first one.
package struct DepthwiseGradientProduct {
  package var input: DepthwiseInput
  /// A multiple of `DepthwiseProduct.channelsPerLine`.
  package var channels: Int
  package var outputGradient: UnsafePointer<Float>
  package var gradientRow: Int, gradientPixel: Int
  package var sums: UnsafeMutablePointer<Float>
  package var sumsRow: Int, sumsColumn: Int

  package init(
    input: DepthwiseInput, channels: Int, outputGradient: UnsafePointer<Float>, gradientRow: Int, gradientPixel: Int,
    sums: UnsafeMutablePointer<Float>, sumsRow: Int, sumsColumn: Int
  ) {
    self.input = input
    self.channels = channels
    self.outputGradient = outputGradient
    self.gradientRow = gradientRow
    self.gradientPixel = gradientPixel
    self.sums = sums
    self.sumsRow = sumsRow
    self.sumsColumn = sumsColumn
  }
}
