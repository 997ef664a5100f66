import Kernels

/// How a convolution, or its input gradient, is computed from padded images: by one product for the convolution, or one
/// for each stride phase of the input gradient.
struct ConvolutionPlan {
  /// The taps along height and width, and the outputs that they make.
  struct Phase {
    let vertical: AxisTaps, horizontal: AxisTaps

    /// Output pixels of all images.
    func pixels(batch: Int) -> Int { batch * vertical.outputCount * horizontal.outputCount }
  }

  let phases: [Phase]
  let batch: Int
  /// Of the images that the phases read, without padding.
  let inputChannels: Int
  let outputHeight: Int, outputWidth: Int, outputChannels: Int
  /// The source's rows and columns that the padded image holds; those outside the source are zeros.
  let rows: Range<Int>, columns: Range<Int>
  let kernelWidth: Int

  static func forward(_ geometry: ConvolutionGeometry) -> ConvolutionPlan {
    let phase = Phase(
      vertical: .forward(geometry.vertical, kernel: geometry.kernelHeight, outputSize: geometry.outputHeight),
      horizontal: .forward(geometry.horizontal, kernel: geometry.kernelWidth, outputSize: geometry.outputWidth))
    return ConvolutionPlan(
      [phase], batch: geometry.batch, kernelWidth: geometry.kernelWidth, inputChannels: geometry.inputChannels,
      output: (geometry.outputHeight, geometry.outputWidth, geometry.outputChannels))
  }

  static func backward(_ geometry: ConvolutionGeometry) -> ConvolutionPlan {
    let columns = AxisTaps.backward(geometry.horizontal, kernel: geometry.kernelWidth, inputSize: geometry.inputWidth)
    let rows = AxisTaps.backward(geometry.vertical, kernel: geometry.kernelHeight, inputSize: geometry.inputHeight)
    return ConvolutionPlan(
      rows.flatMap { row in columns.map { Phase(vertical: row, horizontal: $0) } }, batch: geometry.batch,
      kernelWidth: geometry.kernelWidth, inputChannels: geometry.outputChannels,
      output: (geometry.inputHeight, geometry.inputWidth, geometry.inputChannels))
  }

  private init(
    _ phases: [Phase], batch: Int, kernelWidth: Int, inputChannels: Int,
    output: (height: Int, width: Int, channels: Int)
  ) {
    func covered(_ axes: [AxisTaps]) -> Range<Int> {
      let ranges = axes.filter { !$0.taps.isEmpty && $0.outputCount > 0 }.map { $0.sources(of: 0..<$0.outputCount) }
      let lower = ranges.map(\.lowerBound).min() ?? 0
      return lower..<(ranges.map(\.upperBound).max() ?? lower + 1)
    }
    self.phases = phases.filter { $0.vertical.outputCount > 0 && $0.horizontal.outputCount > 0 }
    (self.batch, self.kernelWidth, self.inputChannels) = (batch, kernelWidth, inputChannels)
    (outputHeight, outputWidth, outputChannels) = output
    (rows, columns) = (covered(phases.map(\.vertical)), covered(phases.map(\.horizontal)))
  }

  /// For each of a phase's taps, its number in the kernel, and its distance in the padded image, in pixels, from the
  /// first pixel of an output's receptive field.
  func taps(_ phase: Phase) -> [(index: Int, offset: Int)] {
    phase.vertical.taps.flatMap { row in
      phase.horizontal.taps.map { column in
        (
          row.index * kernelWidth + column.index,
          (row.offset - rows.lowerBound) * columns.count + column.offset - columns.lowerBound
        )
      }
    }
  }

  /// For each tap and each `lanes` of its channels, the distance in the padded image, in lanes, from a patch's first pixel.
  func offsets(_ phase: Phase, lanes: Int, channels: Int) -> [Int32] {
    taps(phase).flatMap { tap in
      (0..<channels / lanes).map { Int32(tap.offset * channels / lanes + $0) }
    }
  }

  var outputCount: Int { batch * outputHeight * outputWidth * outputChannels }

  /// The parameters that tell shaders of products all but what they are the products of.
  func parameters(_ phase: Phase, _ panel: WeightPanel, pixelSize: Int) -> [any ShaderWord] {
    grid(phase) + [outputChannels, panel.columns / panel.lanes, panel.rows / panel.depth]
      + strides(phase, pixelSize: pixelSize) + outputPlaces(phase)
  }

  /// The parameters that tell shaders which pixels a phase computes.
  func grid(_ phase: Phase) -> [any ShaderWord] {
    [phase.pixels(batch: batch), phase.vertical.outputCount, phase.horizontal.outputCount]
  }

  /// The parameters that tell shaders how outputs step through the padded image, whose pixels take `pixelSize`.
  func strides(_ phase: Phase, pixelSize: Int) -> [any ShaderWord] {
    [
      rows.count * columns.count * pixelSize, phase.vertical.step * columns.count * pixelSize,
      phase.horizontal.step * pixelSize,
    ]
  }

  /// The parameters that tell shaders where in the output a phase's pixels lie.
  func outputPlaces(_ phase: Phase) -> [any ShaderWord] {
    [
      outputHeight, outputWidth, phase.vertical.outputStart, phase.vertical.outputStep, phase.horizontal.outputStart,
      phase.horizontal.outputStep,
    ]
  }
}

extension VulkanDevice {
  /// The padded image that a plan's phases read; the source itself where it is that already.
  func paddedImage(_ source: PixelSource, _ plan: ConvolutionPlan, channels: Int) -> VulkanBlock {
    if source.isPlain, source.channels == channels, plan.readsAll(of: source) {
      return operand(source.parts[0].values)
    }
    let (rows, columns) = plan.places(in: source)
    return gathered(source, rows: rows, columns: columns, channels: channels)
  }
}

extension ConvolutionPlan {
  /// Whether the padded image has the source's own rows and columns.
  func readsAll(of source: PixelSource) -> Bool { rows == 0..<source.height && columns == 0..<source.width }

  /// For each row and column of the padded image, that of the source's arrays, or -1 for zeros.
  func places(in source: PixelSource) -> (rows: [Int32], columns: [Int32]) {
    func places(_ range: Range<Int>, _ own: [Int32]) -> [Int32] {
      range.map { own.indices.contains($0) ? own[$0] : -1 }
    }
    return (places(rows, source.rows), places(columns, source.columns))
  }
}

/// The smallest multiple of `step` that is at least `count`.
func roundedUp(_ count: Int, to step: Int) -> Int { (count + step - 1) / step * step }
