import Threads
import VectorKernels

/// A depthwise convolution's weight gradient: for every tap, the products of the padded input's and the output gradient's
/// pixels, summed over all pixels.
struct DepthwiseWeightGradient {
  private let geometry: ConvolutionGeometry
  private let vertical: AxisTaps, horizontal: AxisTaps

  /// Partial sums for each block of channels, at most.
  private static let mostRuns = 8

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    vertical = .forward(geometry.vertical, kernel: geometry.kernelHeight, outputSize: geometry.outputHeight)
    horizontal = .forward(geometry.horizontal, kernel: geometry.kernelWidth, outputSize: geometry.outputWidth)
  }

  /// Into `[kernelHeight, kernelWidth, channels]`.
  func run(_ input: PixelReader, outputGradient: PixelReader, into weightGradient: UnsafeMutablePointer<Float>) {
    let kernels = InstructionSet.kernels
    let (channels, taps) = (geometry.outputChannels, geometry.kernelHeight * geometry.kernelWidth)
    let cuts = DepthwiseCuts(vertical: [vertical], horizontal: [horizontal], channels: channels, streams: false)
    let stride = DepthwiseCuts.wholeLines(channels)
    let bandCount = geometry.batch * cuts.bands
    let runs = Bands(count: bandCount, atMost: max(1, (bandCount + Self.mostRuns - 1) / Self.mostRuns))
    let partial = HostMemory(count: max(1, runs.pieces) * taps * stride)
    partial.pointer.update(repeating: 0, count: partial.count)
    ThreadPool.run(count: runs.pieces * cuts.blocks) { index in
      let (run, block) = index.quotientAndRemainder(dividingBy: cuts.blocks)
      for place in runs[run] {
        let (image, band) = place.quotientAndRemainder(dividingBy: cuts.bands)
        add(
          input, outputGradient, image: image, cuts[band * cuts.blocks + block], with: kernels,
          to: partial.pointer + run * taps * stride, stride: stride)
      }
    }
    let sums = HostMemory(count: taps * stride)
    Reduction.sum(partial.pointer, outer: 1, count: max(1, runs.pieces), inner: taps * stride, into: sums.pointer)
    for tap in 0..<taps {
      (weightGradient + tap * channels).update(from: sums.pointer + tap * stride, count: channels)
    }
    withExtendedLifetime((partial, sums)) {}
  }

  /// Adds one piece's contribution to sums `[kernelHeight, kernelWidth, stride]`.
  private func add(
    _ input: PixelReader, _ outputGradient: PixelReader, image: Int, _ cut: DepthwiseCuts.Piece,
    with kernels: any VectorKernels, to sums: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let pixels = DepthwisePixels(
      input, image: image, rows: vertical.sources(of: cut.rows), columns: horizontal.sources(of: cut.columns),
      channels: cut.channels, with: kernels)
    let gradient = DepthwisePixels(
      outputGradient, image: image, rows: cut.rows, columns: cut.columns, channels: cut.channels, with: kernels)
    kernels.accumulateDepthwiseGradient(
      DepthwiseGradientProduct(
        input: pixels.input(vertical, cut.rows, horizontal, cut.columns),
        channels: DepthwiseCuts.wholeLines(cut.channels.count),
        outputGradient: gradient.pixel(row: cut.rows.lowerBound, column: cut.columns.lowerBound),
        gradientRow: gradient.rowStride, gradientPixel: gradient.pixelStride,
        sums: sums + cut.channels.lowerBound, sumsRow: geometry.kernelWidth * stride, sumsColumn: stride))
    withExtendedLifetime((pixels, gradient)) {}
  }
}
