import VectorKernels

/// The source pixels that a piece of a depthwise convolution needs. Where the source's values are in memory as they are
/// read, in whole lines of channels, they are read there; otherwise they are put into a band, normalised and rectified.
struct DepthwisePixels {
  let rowStride: Int, pixelStride: Int
  /// What of the source there is; the rest is zero.
  private let rows: Range<Int>, columns: Range<Int>
  /// Of the first of these pixels.
  private let values: UnsafePointer<Float>
  /// See `DepthwiseInput.isLarge`.
  private let isLarge: Bool
  private let band: HostMemory?

  init(
    _ source: PixelReader, image: Int, rows: Range<Int>, columns: Range<Int>, channels: Range<Int>,
    with kernels: any VectorKernels
  ) {
    if channels.count % DepthwiseProduct.channelsPerLine == 0, let values = source.plainValues(image: image) {
      (self.rows, self.columns) = (0..<source.height, 0..<source.width)
      (rowStride, pixelStride) = (source.width * source.channels, source.channels)
      self.values = values + channels.lowerBound
      isLarge = DepthwiseCuts.isLarge(source.batch * source.height * source.width * source.channels)
      band = nil
      return
    }
    self.rows = rows.clamped(to: 0..<source.height)
    self.columns = columns.clamped(to: 0..<source.width)
    pixelStride = DepthwiseCuts.wholeLines(channels.count)
    rowStride = self.columns.count * pixelStride
    let band = HostMemory(count: self.rows.count * rowStride)
    if pixelStride > channels.count { band.pointer.update(repeating: 0, count: band.count) }
    source.read(
      image: image, rows: self.rows, columns: self.columns, channels: channels, with: kernels, into: band.pointer,
      targetRow: rowStride, targetPixel: pixelStride)
    values = UnsafePointer(band.pointer)
    isLarge = false
    self.band = band
  }

  /// The pixel at a position of the source.
  func pixel(row: Int, column: Int) -> UnsafePointer<Float> {
    values + (row - rows.lowerBound) * rowStride + (column - columns.lowerBound) * pixelStride
  }

  /// What outputs at these positions read.
  func input(_ vertical: AxisTaps, _ rows: Range<Int>, _ horizontal: AxisTaps, _ columns: Range<Int>) -> DepthwiseInput
  {
    DepthwiseInput(
      vertical: vertical.axis(of: rows, reading: self.rows),
      horizontal: horizontal.axis(of: columns, reading: self.columns), values: values, rowStride: rowStride,
      pixelStride: pixelStride, isLarge: isLarge)
  }
}

extension AxisTaps {
  fileprivate func axis(of outputs: Range<Int>, reading sources: Range<Int>) -> DepthwiseAxis {
    DepthwiseAxis(
      outputs: outputs.count, taps: taps.count, start: outputs.lowerBound * step + firstOffset - sources.lowerBound,
      step: step, spacing: spacing, sourceCount: sources.count)
  }

  /// From one tap to the next, which is the same for all.
  private var spacing: Int { taps.count > 1 ? taps[1].offset - taps[0].offset : 1 }
  /// From one tap to the next, in the kernel.
  var kernelStep: Int { taps.count > 1 ? taps[1].index - taps[0].index : 0 }
}
