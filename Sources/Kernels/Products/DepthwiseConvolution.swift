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
    let (inputs, outputs) = (source.height * source.width, outputHeight * outputWidth)
    let cuts = DepthwiseCuts(
      vertical: vertical, horizontal: horizontal, channels: channels,
      streams: source.isPlain && DepthwiseCuts.isLarge(source.batch * max(inputs, outputs) * channels))
    let passesCaches =
      DepthwiseCuts.isLarge(source.batch * outputs * channels) && channels % DepthwiseProduct.channelsPerLine == 0
    let weight = LineOfChannels(weight, rows: kernelHeight * kernelWidth, channels: channels)
    let bias = bias.map { LineOfChannels($0, rows: 1, channels: channels) }
    ThreadPool.run(count: source.batch * cuts.pieces) { index in
      let (image, piece) = index.quotientAndRemainder(dividingBy: cuts.pieces)
      let cut = cuts[piece]
      let pixels = DepthwisePixels(
        source, image: image, rows: vertical.sources(of: cut.rows), columns: horizontal.sources(of: cut.columns),
        channels: cut.channels, with: kernels)
      let place = output + image * outputs * channels + cut.channels.lowerBound
      for row in vertical {
        for column in horizontal {
          convolve(
            pixels, row, column, cut, weight: weight, bias: bias?.pointer, output: place, passesCaches: passesCaches,
            with: kernels)
        }
      }
      withExtendedLifetime(pixels) {}
    }
    withExtendedLifetime((weight, bias)) {}
  }

  /// One phase of a piece.
  private func convolve(
    _ pixels: DepthwisePixels, _ row: AxisTaps, _ column: AxisTaps, _ cut: DepthwiseCuts.Piece, weight: LineOfChannels,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>, passesCaches: Bool,
    with kernels: any VectorKernels
  ) {
    let (rows, columns) = (row.outputs(of: cut.rows), column.outputs(of: cut.columns))
    if rows.isEmpty || columns.isEmpty { return }
    let firstTap = (row.taps.first?.index ?? 0) * kernelWidth + (column.taps.first?.index ?? 0)
    kernels.convolveDepthwise(
      DepthwiseProduct(
        input: pixels.input(row, rows, column, columns), channels: cut.channels.count,
        weight: weight.pointer + firstTap * weight.stride + cut.channels.lowerBound,
        weightRow: row.kernelStep * kernelWidth * weight.stride, weightColumn: column.kernelStep * weight.stride,
        bias: bias.map { $0 + cut.channels.lowerBound },
        output: output
          + ((row.outputStart + rows.lowerBound * row.outputStep) * outputWidth + column.outputStart
            + columns.lowerBound * column.outputStep) * channels,
        outputRow: row.outputStep * outputWidth * channels, outputPixel: column.outputStep * channels,
        passesCaches: passesCaches))
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
