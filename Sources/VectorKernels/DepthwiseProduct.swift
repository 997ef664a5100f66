/// A depthwise convolution of a rectangle of pixels: each channel of an output pixel is the sum, over the taps, of that
/// channel's input value times its weight.
///
/// Output pixel (row, pixel) begins at `output + row * outputRow + pixel * outputPixel`, and its receptive field at
/// `input + row * inputRow + pixel * inputPixel`, to which each tap adds its own offset. Of the input, each line of channels
/// lies by itself, `inputLine` values after the one before: neighbouring pixels of a line are then neighbours in memory.
package struct DepthwiseProduct {
  package var rows: Int, pixels: Int
  /// How many channels the output has; input, weight and bias are read up to the next multiple of `channelsPerLine`.
  package var channels: Int
  package var taps: UnsafeBufferPointer<DepthwiseTap>
  package var input: UnsafePointer<Float>
  package var inputLine: Int, inputRow: Int, inputPixel: Int
  package var weight: UnsafePointer<Float>
  /// `[channels]`.
  package var bias: UnsafePointer<Float>?
  package var output: UnsafeMutablePointer<Float>
  package var outputRow: Int, outputPixel: Int

  /// Channels that are computed together: a line of the cache.
  package static let channelsPerLine = 16

  package init(
    rows: Int, pixels: Int, channels: Int, taps: UnsafeBufferPointer<DepthwiseTap>, input: UnsafePointer<Float>,
    inputLine: Int, inputRow: Int, inputPixel: Int, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>, outputRow: Int, outputPixel: Int
  ) {
    self.rows = rows
    self.pixels = pixels
    self.channels = channels
    self.taps = taps
    self.input = input
    self.inputLine = inputLine
    self.inputRow = inputRow
    self.inputPixel = inputPixel
    self.weight = weight
    self.bias = bias
    self.output = output
    self.outputRow = outputRow
    self.outputPixel = outputPixel
  }
}

/// One position of a depthwise kernel.
package struct DepthwiseTap {
  /// From the first value of a receptive field to this tap's, and from the first tap's weights to this one's.
  package var input: Int, weight: Int

  package init(input: Int, weight: Int) {
    self.input = input
    self.weight = weight
  }
}

/// The weight gradient of a depthwise convolution over a rectangle of output pixels. For each tap and channel, the products
/// of input value and output gradient are summed over the pixels and added to `sums`. Of both, each line of channels lies by
/// itself.
package struct DepthwiseGradientProduct {
  package var rows: Int, pixels: Int
  /// A multiple of `DepthwiseProduct.channelsPerLine`.
  package var channels: Int
  /// Where `weight` is the tap's place among the sums.
  package var taps: UnsafeBufferPointer<DepthwiseTap>
  package var input: UnsafePointer<Float>
  package var inputLine: Int, inputRow: Int, inputPixel: Int
  package var outputGradient: UnsafePointer<Float>
  package var gradientLine: Int, gradientRow: Int, gradientPixel: Int
  package var sums: UnsafeMutablePointer<Float>

  package init(
    rows: Int, pixels: Int, channels: Int, taps: UnsafeBufferPointer<DepthwiseTap>, input: UnsafePointer<Float>,
    inputLine: Int, inputRow: Int, inputPixel: Int, outputGradient: UnsafePointer<Float>, gradientLine: Int,
    gradientRow: Int, gradientPixel: Int, sums: UnsafeMutablePointer<Float>
  ) {
    self.rows = rows
    self.pixels = pixels
    self.channels = channels
    self.taps = taps
    self.input = input
    self.inputLine = inputLine
    self.inputRow = inputRow
    self.inputPixel = inputPixel
    self.outputGradient = outputGradient
    self.gradientLine = gradientLine
    self.gradientRow = gradientRow
    self.gradientPixel = gradientPixel
    self.sums = sums
  }
}
