import Threads
import VectorKernels

/// A convolution's weight gradient: for every vertical tap, the product of the padded input's pixels, transposed, and
/// the output gradient's pixels.
struct DirectWeightGradient {
  private let geometry: ConvolutionGeometry
  private let convolution: DirectConvolution

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    convolution = .forward(geometry)
  }

  /// The most values in the partial sums of all pieces together.
  private static let partialValues = 1 << 22

  func run(_ input: PixelReader, outputGradient: PixelReader, into weightGradient: UnsafeMutablePointer<Float>) {
    let kernels = InstructionSet.kernels
    let count = geometry.patchCount * geometry.outputChannels
    let bands = convolution.bands
    let bandsPerImage = bands.rows.pieces * bands.columns.pieces
    let bandCount = geometry.batch * bandsPerImage
    let pieces = min(bandCount, max(2, min(8, Self.partialValues / count)))
    let runs = Bands(count: bandCount, atMost: max(1, (bandCount + pieces - 1) / max(1, pieces)))
    let partial = HostMemory(count: max(1, runs.pieces) * count)
    partial.pointer.update(repeating: 0, count: partial.count)
    ThreadPool.run(count: runs.pieces) { piece in
      for index in runs[piece] {
        let (image, rest) = index.quotientAndRemainder(dividingBy: bandsPerImage)
        let (row, column) = rest.quotientAndRemainder(dividingBy: bands.columns.pieces)
        add(
          input, outputGradient, image: image, rows: bands.rows[row], columns: bands.columns[column], with: kernels,
          to: partial.pointer + piece * count)
      }
    }
    guard convolution.isNarrow else {
      Reduction.sum(partial.pointer, outer: 1, count: max(1, runs.pieces), inner: count, into: weightGradient)
      withExtendedLifetime(partial) {}
      return
    }
    let sums = HostMemory(count: count)
    Reduction.sum(partial.pointer, outer: 1, count: max(1, runs.pieces), inner: count, into: sums.pointer)
    // The columns of a narrow product are taps and channels.
    Transposition.permute(
      sums.pointer,
      dimensions: [geometry.kernelHeight, geometry.inputChannels, geometry.kernelWidth, geometry.outputChannels],
      permutation: [0, 2, 1, 3], into: weightGradient)
    withExtendedLifetime((partial, sums)) {}
  }

  /// Adds one band's contribution to sums `[kernelHeight, kernelWidth, inputChannels, outputChannels]`, or
  /// `[kernelHeight, inputChannels, kernelWidth, outputChannels]` for narrow products.
  private func add(
    _ input: PixelReader, _ outputGradient: PixelReader, image: Int, rows: Range<Int>, columns: Range<Int>,
    with kernels: any VectorKernels, to sums: UnsafeMutablePointer<Float>
  ) {
    let (vertical, horizontal) = (convolution.vertical, convolution.horizontal)
    let (inputChannels, outputChannels) = (geometry.inputChannels, geometry.outputChannels)
    let band = Band(convolution, input, image: image, rows: rows, columns: columns, with: kernels)
    let isNarrow = convolution.isNarrow
    let pixelsPerRow = isNarrow ? band.width : columns.count
    let productColumns = convolution.productColumns
    let panels = packed(
      outputGradient, image: image, rows: rows, columns: columns, pixelsPerRow: pixelsPerRow,
      productColumns: productColumns, with: kernels)
    let segments = (0..<rows.count).map { $0 * vertical.step * band.rowStride }
    // Whether one product covers a whole kernel row, which it does if the taps read adjacent pixels.
    let coversRow = isNarrow || horizontal.isContiguous
    let productRows = isNarrow || !coversRow ? inputChannels : horizontal.taps.count * inputChannels
    segments.withUnsafeBufferPointer { segments in
      for tap in 0..<(coversRow ? 1 : horizontal.taps.count) {
        let offset = (horizontal.taps[tap].offset - horizontal.firstOffset) * inputChannels
        var product = PanelProduct(
          rows: productRows, columns: productColumns, left: UnsafePointer(band.values.pointer) + offset, leftRow: 1,
          segments: segments.baseAddress.unsafelyUnwrapped, segmentCount: segments.count, run: pixelsPerRow,
          right: UnsafePointer(panels.pointer), output: sums + tap * inputChannels * outputChannels,
          outputRow: productColumns)
        product.leftStep = (isNarrow ? 1 : horizontal.step) * inputChannels
        product.lines = geometry.kernelHeight
        product.leftLine = geometry.vertical.dilation * band.rowStride
        product.outputLine = geometry.kernelWidth * inputChannels * outputChannels
        product.accumulates = true
        kernels.multiply(product)
      }
    }
    withExtendedLifetime((band, panels)) {}
  }

  /// The band's output gradient packed as a product's right side; for narrow products, with a column for every
  /// horizontal tap and channel.
  private func packed(
    _ outputGradient: PixelReader, image: Int, rows: Range<Int>, columns: Range<Int>, pixelsPerRow: Int,
    productColumns: Int, with kernels: any VectorKernels
  ) -> HostMemory {
    let channels = geometry.outputChannels
    let inner = rows.count * pixelsPerRow
    let panels = HostMemory(count: Panels.size(inner: inner, columns: productColumns))
    let line = HostMemory(count: pixelsPerRow * productColumns)
    let horizontal = convolution.horizontal
    for row in 0..<rows.count {
      let sourceRow = rows.lowerBound + row
      if convolution.isNarrow {
        // Tap t of output pixel x - t.offset reads source pixel x.
        for (index, tap) in horizontal.taps.enumerated() {
          let first = columns.lowerBound - (tap.offset - horizontal.firstOffset)
          var visible = outputGradient
          visible.columns = visible.columns.indices.map { columns.contains($0) ? visible.columns[$0] : -1 }
          visible.read(
            image: image, rows: sourceRow..<sourceRow + 1, columns: first..<first + pixelsPerRow, with: kernels,
            into: line.pointer + index * channels, targetRow: 0, targetPixel: productColumns)
        }
      } else {
        outputGradient.read(
          image: image, rows: sourceRow..<sourceRow + 1, columns: columns, with: kernels, into: line.pointer,
          targetRow: 0, targetPixel: channels)
      }
      PanelPacking.pack(
        line.pointer, start: row * pixelsPerRow, count: pixelsPerRow, inner: inner, columns: productColumns,
        into: panels.pointer)
    }
    withExtendedLifetime(line) {}
    return panels
  }
}
