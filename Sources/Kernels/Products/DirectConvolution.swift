import Threads
import VectorKernels

/// Convolution as one matrix product for each band of output rows. The left side is the band of input pixels itself: an
/// output's receptive field is a few contiguous runs of values in it, so no im2col is needed.
///
/// The input gradient, and so the transposed convolution, is one such convolution for each stride phase.
///
/// Outputs with few channels would leave most of a register empty. Their products are "narrow": they have a column for
/// every horizontal tap and channel, and each output pixel then sums its taps' columns.
struct DirectConvolution {
  var vertical: AxisTaps, horizontal: AxisTaps
  var inputChannels: Int, outputChannels: Int
  /// The size of the whole output, of which a stride phase writes only its own pixels.
  var outputHeight: Int, outputWidth: Int
  /// Whether to multiply pairs of bfloat16, which needs an even number of input channels.
  var multipliesPairs = false

  /// The most input values in a band, so that it stays in the L2 cache.
  private static let bandValues = 1 << 18
  private static let widestBand = 256

  static func forward(_ geometry: ConvolutionGeometry) -> DirectConvolution {
    DirectConvolution(
      vertical: .forward(geometry.vertical, kernel: geometry.kernelHeight, outputSize: geometry.outputHeight),
      horizontal: .forward(geometry.horizontal, kernel: geometry.kernelWidth, outputSize: geometry.outputWidth),
      inputChannels: geometry.inputChannels, outputChannels: geometry.outputChannels,
      outputHeight: geometry.outputHeight, outputWidth: geometry.outputWidth)
  }

  /// One for each stride phase; together they write every pixel of the input gradient.
  static func backward(_ geometry: ConvolutionGeometry) -> [DirectConvolution] {
    let columns = AxisTaps.backward(geometry.horizontal, kernel: geometry.kernelWidth, inputSize: geometry.inputWidth)
    return AxisTaps.backward(geometry.vertical, kernel: geometry.kernelHeight, inputSize: geometry.inputHeight)
      .flatMap { row in
        columns.map { column in
          DirectConvolution(
            vertical: row, horizontal: column, inputChannels: geometry.outputChannels,
            outputChannels: geometry.inputChannels, outputHeight: geometry.inputHeight,
            outputWidth: geometry.inputWidth)
        }
      }
  }

  /// Whether a column for each horizontal tap and channel takes at most half as many registers.
  var isNarrow: Bool {
    let columns = horizontal.taps.count * outputChannels
    return horizontal.step == 1 && horizontal.taps.count > 1
      && 2 * ((columns + 15) / 16) <= horizontal.taps.count * ((outputChannels + 15) / 16)
  }

  /// The number of the product's columns.
  var productColumns: Int { isNarrow ? horizontal.taps.count * outputChannels : outputChannels }

  /// Packs a weight as the product's right side.
  ///
  /// - Parameters:
  ///   - tapStride: the distance, in values of the weight, from one horizontal tap to the next.
  ///   - kernelWidth: the number of taps in a kernel row.
  ///   - inputStride: the distance from one input channel to the next; likewise `outputStride`.
  func packed(
    _ weight: UnsafePointer<Float>, kernelWidth: Int, tapStride: Int, inputStride: Int, outputStride: Int
  ) -> HostMemory {
    func offsets(_ lists: [[Int]]) -> [Int] {
      lists.reduce([0]) { sums, list in sums.flatMap { sum in list.map { sum + $0 } } }
    }
    let rowTaps = vertical.taps.map { $0.index * kernelWidth * tapStride }
    let columnTaps = horizontal.taps.map { $0.index * tapStride }
    let inputs = (0..<inputChannels).map { $0 * inputStride }
    let outputs = (0..<outputChannels).map { $0 * outputStride }
    let rows = offsets(isNarrow ? [rowTaps, inputs] : [rowTaps, columnTaps, inputs])
    let columns = offsets(isNarrow ? [columnTaps, outputs] : [outputs])
    let panels = HostMemory(count: Panels.size(inner: rows.count, columns: columns.count))
    PanelPacking.pack(weight, rows: rows, columns: columns, into: panels.pointer)
    return multipliesPairs ? PanelPacking.paired(panels, inner: rows.count, columns: columns.count) : panels
  }

  /// - Parameters:
  ///   - addend: added to the output, whose shape it has, while that is in cache. Not supported for stride phases.
  ///   - gathersMoments: whether to return the output's moments, with a group for each image. Not supported for stride
  ///     phases.
  @discardableResult
  func run(
    _ source: PixelReader, panels: HostMemory, bias: UnsafePointer<Float>?, addend: UnsafePointer<Float>? = nil,
    gathersMoments: Bool = false, output: UnsafeMutablePointer<Float>
  ) -> MomentGatherer? {
    let kernels = InstructionSet.kernels
    let (bandRows, bandColumns) = bands
    let bandCount = bandRows.pieces * bandColumns.pieces
    let moments =
      gathersMoments ? MomentGatherer(groups: source.batch, parts: bandCount, channels: outputChannels) : nil
    ThreadPool.run(count: source.batch * bandCount) { index in
      let (image, piece) = index.quotientAndRemainder(dividingBy: bandCount)
      let rows = bandRows[piece / bandColumns.pieces]
      let columns = bandColumns[piece % bandColumns.pieces]
      let band = Band(self, source, image: image, rows: rows, columns: columns, with: kernels)
      let target =
        output + image * outputHeight * outputWidth * outputChannels
        + outputOffset(row: rows.lowerBound, column: columns.lowerBound)
      if isNarrow {
        runNarrow(band, rows: rows.count, columns: columns.count, panels, bias: bias, output: target, with: kernels)
      } else {
        runWide(band, rows: rows.count, columns: columns.count, panels, bias: bias, output: target, with: kernels)
      }
      var pixelRuns: [PixelRun] {
        (0..<rows.count).map { (UnsafePointer(target + $0 * outputWidth * outputChannels), columns.count) }
      }
      if let addend { kernels.add(addend, to: output, in: pixelRuns, channels: outputChannels) }
      moments?.gather(pixelRuns, group: image, part: piece, kernels)
      withExtendedLifetime(band) {}
    }
    return moments
  }

  private func runWide(
    _ band: Band, rows: Int, columns: Int, _ panels: HostMemory, bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>, with kernels: any VectorKernels
  ) {
    band.withSegments { segments, run in
      var product = PanelProduct(
        rows: columns, columns: outputChannels, left: UnsafePointer(band.values.pointer),
        leftRow: horizontal.step * band.pixelStride, segments: segments.baseAddress.unsafelyUnwrapped,
        segmentCount: segments.count, run: run, right: UnsafePointer(panels.pointer), output: output,
        outputRow: horizontal.outputStep * outputChannels)
      product.lines = rows
      product.leftLine = vertical.step * band.rowStride
      product.outputLine = vertical.outputStep * outputWidth * outputChannels
      product.bias = bias
      product.multipliesPairs = multipliesPairs
      kernels.multiply(product)
    }
  }

  private func runNarrow(
    _ band: Band, rows: Int, columns: Int, _ panels: HostMemory, bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>, with kernels: any VectorKernels
  ) {
    let width = productColumns
    let products = HostMemory(count: rows * band.width * width)
    let segments = vertical.taps.map { ($0.offset - vertical.firstOffset) * band.rowStride }
    segments.withUnsafeBufferPointer { segments in
      guard let first = segments.baseAddress else { return }
      var product = PanelProduct(
        rows: band.width, columns: width, left: UnsafePointer(band.values.pointer), leftRow: band.pixelStride,
        segments: first, segmentCount: segments.count, run: band.pixelStride, right: UnsafePointer(panels.pointer),
        output: products.pointer, outputRow: width)
      product.multipliesPairs = multipliesPairs
      product.lines = rows
      product.leftLine = vertical.step * band.rowStride
      product.outputLine = band.width * width
      kernels.multiply(product)
    }
    for row in 0..<rows {
      for column in 0..<columns {
        let target =
          output + row * vertical.outputStep * outputWidth * outputChannels
          + column * horizontal.outputStep * outputChannels
        for channel in 0..<outputChannels { target[channel] = bias?[channel] ?? 0 }
        for (index, tap) in horizontal.taps.enumerated() {
          let product =
            products.pointer + (row * band.width + column + tap.offset - horizontal.firstOffset) * width
            + index * outputChannels
          for channel in 0..<outputChannels { target[channel] += product[channel] }
        }
      }
    }
    withExtendedLifetime(products) {}
  }

  private func outputOffset(row: Int, column: Int) -> Int {
    ((vertical.outputStart + row * vertical.outputStep) * outputWidth + horizontal.outputStart
      + column * horizontal.outputStep) * outputChannels
  }

  /// Bands of at most an eighth of the rows, so that there is work for several threads.
  var bands: (rows: Bands, columns: Bands) {
    let columns = Bands(count: horizontal.outputCount, atMost: Self.widestBand)
    let rowValues = max(1, (columns.longest * horizontal.step + horizontal.reach) * inputChannels)
    let fitting = (Self.bandValues / rowValues - vertical.reach) / vertical.step
    let rows = min(max(4, fitting), max(1, (vertical.outputCount + 7) / 8))
    return (Bands(count: vertical.outputCount, atMost: rows), columns)
  }
}

/// The source pixels that a band of outputs reads, with their halo, padded, normalised and rectified.
struct Band {
  /// Float32, or pairs of bfloat16.
  let values: HostMemory
  /// The width of the source pixels, halo included.
  let width: Int
  /// In 32-bit values, each a float32 number or a bfloat16 pair.
  let pixelStride: Int, rowStride: Int
  private let convolution: DirectConvolution

  init(
    _ convolution: DirectConvolution, _ source: PixelReader, image: Int, rows: Range<Int>, columns: Range<Int>,
    with kernels: any VectorKernels
  ) {
    let sourceRows = convolution.vertical.sources(of: rows)
    let sourceColumns = convolution.horizontal.sources(of: columns)
    self.convolution = convolution
    width = sourceColumns.count
    let channels = convolution.inputChannels
    pixelStride = convolution.multipliesPairs ? channels / 2 : channels
    rowStride = width * pixelStride
    let pixels = HostMemory(count: sourceRows.count * width * channels)
    source.read(
      image: image, rows: sourceRows, columns: sourceColumns, with: kernels, into: pixels.pointer,
      targetRow: width * channels, targetPixel: channels)
    guard convolution.multipliesPairs else {
      values = pixels
      return
    }
    values = HostMemory(count: pixels.count / 2)
    kernels.round(
      pixels.pointer, count: pixels.count,
      toPairs: UnsafeMutableRawPointer(values.pointer).assumingMemoryBound(to: UInt16.self))
  }

  /// Calls `body` with the offsets of the receptive field's contiguous runs, relative to the first, and their length.
  func withSegments(_ body: (UnsafeBufferPointer<Int>, Int) -> Void) {
    let (vertical, horizontal) = (convolution.vertical, convolution.horizontal)
    let isContiguous = horizontal.isContiguous
    let starts = isContiguous ? Array(horizontal.taps.prefix(1)) : horizontal.taps
    let segments = vertical.taps.flatMap { row in
      starts.map { column in
        (row.offset - vertical.firstOffset) * rowStride + (column.offset - horizontal.firstOffset) * pixelStride
      }
    }
    // A stride phase without taps has no segments, but still needs a valid pointer.
    (segments + [0]).withUnsafeBufferPointer { all in
      body(
        UnsafeBufferPointer(start: all.baseAddress, count: segments.count),
        isContiguous ? horizontal.taps.count * pixelStride : pixelStride)
    }
  }
}
