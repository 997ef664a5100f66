/// A convolution's input gradient as a matrix product, `[outputPixels, outputChannels] x [outputChannels, patch]`, whose
/// rows are then added where their patches lie: also the transposed convolution.
enum Folding {
  /// Values of the product to hold at once per piece of work.
  private static let bandValues = 1 << 20

  static func inputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>
  ) {
    let productPerRow = geometry.outputWidth * geometry.patchCount
    // Bands of input rows overlap in the output rows they need, so they should be several kernels high.
    let rowsPerBand = max(
      4 * geometry.vertical.dilation * geometry.kernelHeight,
      bandValues * geometry.vertical.stride / max(1, productPerRow))
    let bands = Bands(count: geometry.inputHeight, atMost: rowsPerBand)
    // The weight as [outputChannels, patch], so that the product's rows are patches.
    let transposed = Buffer(count: geometry.patchCount * geometry.outputChannels)
    Transposition.transpose(
      weight, rows: geometry.patchCount, columns: geometry.outputChannels, into: transposed.pointer)
    ThreadPool.run(count: geometry.batch * bands.pieces) { index in
      let (image, band) = index.quotientAndRemainder(dividingBy: bands.pieces)
      fold(
        geometry, rows: bands[band], outputGradient: outputGradient + image * geometry.outputImageCount,
        transposedWeight: transposed.pointer, bias: bias,
        inputGradient: inputGradient + image * geometry.inputImageCount)
    }
    withExtendedLifetime(transposed) {}
  }

  private static func fold(
    _ geometry: ConvolutionGeometry, rows: Range<Int>, outputGradient: UnsafePointer<Float>,
    transposedWeight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>
  ) {
    let vertical = geometry.vertical
    let outputRows = outputRows(geometry, reaching: rows)
    let patchCount = geometry.patchCount
    let product = Buffer(count: max(1, outputRows.count * geometry.outputWidth * patchCount))
    MatrixProduct.compute(
      rows: outputRows.count * geometry.outputWidth, columns: patchCount, inner: geometry.outputChannels,
      left: Matrix(
        outputGradient + outputRows.lowerBound * geometry.outputWidth * geometry.outputChannels,
        stride: geometry.outputChannels),
      right: Matrix(transposedWeight, stride: patchCount), output: product.pointer, outputStride: patchCount)

    let accumulator = PaddedRow(geometry)
    for row in rows {
      accumulator.clear()
      for kernelRow in 0..<geometry.kernelHeight {
        let position = row + vertical.paddingBefore - kernelRow * vertical.dilation
        guard position >= 0, position % vertical.stride == 0 else { continue }
        let outputRow = position / vertical.stride
        guard outputRows.contains(outputRow) else { continue }
        accumulator.add(
          product.pointer + (outputRow - outputRows.lowerBound) * geometry.outputWidth * patchCount,
          kernelRow: kernelRow)
      }
      accumulator.copy(into: inputGradient + row * geometry.inputWidth * geometry.inputChannels, adding: bias)
    }
  }

  /// The output rows whose patches touch any of the input rows.
  private static func outputRows(_ geometry: ConvolutionGeometry, reaching rows: Range<Int>) -> Range<Int> {
    let vertical = geometry.vertical
    let reach = (geometry.kernelHeight - 1) * vertical.dilation
    let first = max(0, rows.lowerBound + vertical.paddingBefore - reach + vertical.stride - 1) / vertical.stride
    let last = min(geometry.outputHeight - 1, (rows.upperBound - 1 + vertical.paddingBefore) / vertical.stride)
    return first <= last ? first..<(last + 1) : first..<first
  }
}

/// One row of the input gradient with its padding, so that patches are added without looking at borders.
private struct PaddedRow {
  private let geometry: ConvolutionGeometry
  private let buffer: Buffer

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    let reach = (geometry.kernelWidth - 1) * geometry.horizontal.dilation + 1
    let width = max(
      (geometry.outputWidth - 1) * geometry.horizontal.stride + reach,
      geometry.inputWidth + geometry.horizontal.paddingBefore)
    buffer = Buffer(count: width * geometry.inputChannels)
  }

  func clear() {
    buffer.pointer.update(repeating: 0, count: buffer.count)
  }

  /// Adds one kernel row of the patches of a row of output pixels.
  func add(_ patches: UnsafePointer<Float>, kernelRow: Int) {
    let channels = geometry.inputChannels
    let horizontal = geometry.horizontal
    // Without dilation the taps of a kernel row lie side by side in memory, as in the patch.
    let runs = horizontal.dilation == 1 ? 1 : geometry.kernelWidth
    let runCount = geometry.kernelWidth / runs * channels
    for outputColumn in 0..<geometry.outputWidth {
      let patch = patches + outputColumn * geometry.patchCount + kernelRow * geometry.kernelWidth * channels
      let place = buffer.pointer + outputColumn * horizontal.stride * channels
      for run in 0..<runs {
        Elementwise.add(patch + run * runCount, to: place + run * horizontal.dilation * channels, count: runCount)
      }
    }
  }

  func copy(into row: UnsafeMutablePointer<Float>, adding bias: UnsafePointer<Float>?) {
    let channels = geometry.inputChannels
    let source = buffer.pointer + geometry.horizontal.paddingBefore * channels
    row.update(from: source, count: geometry.inputWidth * channels)
    guard let bias else { return }
    for column in 0..<geometry.inputWidth { Elementwise.add(bias, to: row + column * channels, count: channels) }
  }
}
