import Threads
import VectorKernels

/// Convolution in which every output channel is made of one input channel.
///
/// Hardly any arithmetic falls to each value, so memory decides. The work is cut into blocks of channels and bands of rows
/// that stay in the second-level cache: the input is read once, padded, normalised and rectified on the way, and the output
/// written once.
///
/// The input gradient is one such convolution for each phase of the stride, all from the same band of the output gradient.
struct DepthwiseConvolution {
  /// One for each phase; together they write every output pixel.
  private let vertical: [AxisTaps], horizontal: [AxisTaps]
  private let channels: Int
  private let outputHeight: Int, outputWidth: Int
  private let kernelHeight: Int, kernelWidth: Int

  static func forward(_ geometry: ConvolutionGeometry) -> DepthwiseConvolution {
    DepthwiseConvolution(
      vertical: [.forward(geometry.vertical, kernel: geometry.kernelHeight, outputSize: geometry.outputHeight)],
      horizontal: [.forward(geometry.horizontal, kernel: geometry.kernelWidth, outputSize: geometry.outputWidth)],
      channels: geometry.outputChannels, outputHeight: geometry.outputHeight, outputWidth: geometry.outputWidth,
      kernelHeight: geometry.kernelHeight, kernelWidth: geometry.kernelWidth)
  }

  static func backward(_ geometry: ConvolutionGeometry) -> DepthwiseConvolution {
    DepthwiseConvolution(
      vertical: AxisTaps.backward(geometry.vertical, kernel: geometry.kernelHeight, inputSize: geometry.inputHeight),
      horizontal: AxisTaps.backward(geometry.horizontal, kernel: geometry.kernelWidth, inputSize: geometry.inputWidth),
      channels: geometry.inputChannels, outputHeight: geometry.inputHeight, outputWidth: geometry.inputWidth,
      kernelHeight: geometry.kernelHeight, kernelWidth: geometry.kernelWidth)
  }

  /// - Parameters:
  ///   - weight: `[kernelHeight, kernelWidth, channels]`.
  ///   - bias: `[channels]`.
  func run(
    _ source: PixelReader, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) {
    let kernels = InstructionSet.kernels
    let cuts = DepthwiseCuts(vertical: vertical, horizontal: horizontal, channels: channels)
    let weight = LineOfChannels(weight, rows: kernelHeight * kernelWidth, channels: channels)
    let bias = bias.map { LineOfChannels($0, rows: 1, channels: channels) }
    ThreadPool.run(count: source.batch * cuts.pieces) { index in
      let (image, piece) = index.quotientAndRemainder(dividingBy: cuts.pieces)
      let cut = cuts[piece]
      let band = DepthwiseBand(
        source, image: image, rows: vertical.sources(of: cut.rows), columns: horizontal.sources(of: cut.columns),
        channels: cut.channels, with: kernels)
      let place = output + image * outputHeight * outputWidth * channels + cut.channels.lowerBound
      for row in vertical {
        for column in horizontal {
          convolve(
            band, row, column, cut, weight: weight, bias: bias?.pointer, output: place, with: kernels)
        }
      }
      withExtendedLifetime(band) {}
    }
    withExtendedLifetime((weight, bias)) {}
  }

  /// One phase of a piece.
  private func convolve(
    _ band: DepthwiseBand, _ row: AxisTaps, _ column: AxisTaps, _ cut: DepthwiseCuts.Piece, weight: LineOfChannels,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>, with kernels: any VectorKernels
  ) {
    let (rows, columns) = (row.outputs(of: cut.rows), column.outputs(of: cut.columns))
    if rows.isEmpty || columns.isEmpty { return }
    let taps = band.taps(row, column, kernelWidth: kernelWidth, weightStride: weight.stride)
    taps.withUnsafeBufferPointer { taps in
      kernels.convolveDepthwise(
        DepthwiseProduct(
          rows: rows.count, pixels: columns.count, channels: cut.channels.count, taps: taps,
          input: band.receptiveField(row: rows.lowerBound * row.step, column: columns.lowerBound * column.step),
          inputLine: band.lineStride, inputRow: row.step * band.rowStride, inputPixel: column.step * band.pixelStride,
          weight: weight.pointer + cut.channels.lowerBound, bias: bias.map { $0 + cut.channels.lowerBound },
          output: output
            + ((row.outputStart + rows.lowerBound * row.outputStep) * outputWidth + column.outputStart
              + columns.lowerBound * column.outputStep) * channels,
          outputRow: row.outputStep * outputWidth * channels, outputPixel: column.outputStep * channels))
    }
  }
}

/// `[rows, channels]` whose rows the kernels may read to the end of a line of channels.
struct LineOfChannels {
  let pointer: UnsafePointer<Float>
  /// From one row to the next.
  let stride: Int
  private let copy: HostMemory?

  init(_ values: UnsafePointer<Float>, rows: Int, channels: Int) {
    stride = DepthwiseCuts.wholeLines(channels)
    guard stride > channels else {
      (pointer, copy) = (values, nil)
      return
    }
    let memory = HostMemory(count: rows * stride)
    memory.pointer.update(repeating: 0, count: memory.count)
    for row in 0..<rows { (memory.pointer + row * stride).update(from: values + row * channels, count: channels) }
    (pointer, copy) = (UnsafePointer(memory.pointer), memory)
  }
}
