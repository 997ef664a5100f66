/// Convolution as one matrix product per band of output pixels: `[pixels, patch] x [patch, outputChannels]`.
enum Unfolding {
  /// Patch values to unfold at once: few enough to stay in the nearer caches until the product has read them, enough
  /// rows that packing the weights anew for each band does not count.
  private static let bandValues = 1 << 19
  private static let fewestPixels = 192

  static func forward(
    _ geometry: ConvolutionGeometry, input: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>
  ) {
    let columns = geometry.outputChannels
    forEachBand(geometry, bandsPerImage: bands(geometry)) { image, pixels in
      let patches = Buffer(count: pixels.count * geometry.patchCount)
      unfold(geometry, input + image * geometry.inputImageCount, pixels: pixels, into: patches.pointer)
      let target = output + image * geometry.outputImageCount + pixels.lowerBound * columns
      if let bias {
        for pixel in 0..<pixels.count { (target + pixel * columns).update(from: bias, count: columns) }
      }
      MatrixProduct.compute(
        rows: pixels.count, columns: columns, inner: geometry.patchCount,
        left: Matrix(patches.pointer, stride: geometry.patchCount), right: Matrix(weight, stride: columns),
        output: target, outputStride: columns, accumulating: bias != nil)
    }
  }

  /// Every piece sums a run of bands into a weight of its own; the pieces are then added in order.
  static func weightGradient(
    _ geometry: ConvolutionGeometry, input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    let columns = geometry.outputChannels
    let weightCount = geometry.patchCount * columns
    let bands = bands(geometry)
    let runs = Bands(count: geometry.batch * bands.pieces, atMost: max(1, geometry.batch * bands.pieces / 8))
    let partial = Buffer(count: max(1, runs.pieces) * weightCount)
    partial.pointer.update(repeating: 0, count: partial.count)
    ThreadPool.run(count: runs.pieces) { piece in
      for index in runs[piece] {
        let (image, band) = index.quotientAndRemainder(dividingBy: bands.pieces)
        let pixels = bands[band]
        let patches = Buffer(count: pixels.count * geometry.patchCount)
        unfold(geometry, input + image * geometry.inputImageCount, pixels: pixels, into: patches.pointer)
        MatrixProduct.compute(
          rows: geometry.patchCount, columns: columns, inner: pixels.count,
          left: Matrix(patches.pointer, stride: geometry.patchCount, isTransposed: true),
          right: Matrix(
            outputGradient + image * geometry.outputImageCount + pixels.lowerBound * columns, stride: columns),
          output: partial.pointer + piece * weightCount, outputStride: columns, accumulating: true)
      }
    }
    Reduction.sum(partial.pointer, outer: 1, count: max(1, runs.pieces), inner: weightCount, into: weightGradient)
  }

  private static func bands(_ geometry: ConvolutionGeometry) -> Bands {
    Bands(
      count: geometry.outputHeight * geometry.outputWidth,
      atMost: max(fewestPixels, bandValues / max(1, geometry.patchCount)))
  }

  private static func forEachBand(
    _ geometry: ConvolutionGeometry, bandsPerImage bands: Bands, _ body: (Int, Range<Int>) -> Void
  ) {
    ThreadPool.run(count: geometry.batch * bands.pieces) { index in
      let (image, band) = index.quotientAndRemainder(dividingBy: bands.pieces)
      body(image, bands[band])
    }
  }

  /// Writes the receptive field of each output pixel as a row `[kernelHeight, kernelWidth, inputChannels]`.
  private static func unfold(
    _ geometry: ConvolutionGeometry, _ image: UnsafePointer<Float>, pixels: Range<Int>,
    into patches: UnsafeMutablePointer<Float>
  ) {
    let channels = geometry.inputChannels
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let runCount = geometry.kernelWidth * channels
    var target = patches
    for pixel in pixels {
      let (outputRow, outputColumn) = pixel.quotientAndRemainder(dividingBy: geometry.outputWidth)
      let firstColumn = outputColumn * horizontal.stride - horizontal.paddingBefore
      let lastColumn = firstColumn + (geometry.kernelWidth - 1) * horizontal.dilation
      let isInside = horizontal.dilation == 1 && firstColumn >= 0 && lastColumn < geometry.inputWidth
      for kernelRow in 0..<geometry.kernelHeight {
        let row = outputRow * vertical.stride + kernelRow * vertical.dilation - vertical.paddingBefore
        if row < 0 || row >= geometry.inputHeight {
          target.update(repeating: 0, count: runCount)
        } else if isInside {
          target.update(from: image + (row * geometry.inputWidth + firstColumn) * channels, count: runCount)
        } else {
          for kernelColumn in 0..<geometry.kernelWidth {
            let column = firstColumn + kernelColumn * horizontal.dilation
            let place = target + kernelColumn * channels
            if column < 0 || column >= geometry.inputWidth {
              place.update(repeating: 0, count: channels)
            } else {
              place.update(from: image + (row * geometry.inputWidth + column) * channels, count: channels)
            }
          }
        }
        target += runCount
      }
    }
  }
}
