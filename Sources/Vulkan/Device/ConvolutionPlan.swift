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
    if source.isPlain, source.channels == channels, plan.rows == 0..<source.height, plan.columns == 0..<source.width {
      return operand(source.parts[0].values)
    }
    return gathered(source, plan, channels: channels, asHalves: false)
  }

  /// The same in float16, for a multiple of 8 channels.
  func paddedHalves(_ source: PixelSource, _ plan: ConvolutionPlan, channels: Int) -> VulkanBlock {
    // Parts that begin within eight channels are joined first.
    let source =
      source.parts.dropLast().allSatisfy { $0.channels % 8 == 0 }
      ? source
      : PixelSource(
        pixels(of: source, adding: nil), batch: source.batch, height: source.height, width: source.width,
        channels: source.channels)
    return gathered(source, plan, channels: channels, asHalves: true)
  }

  private func gathered(
    _ source: PixelSource, _ plan: ConvolutionPlan, channels: Int, asHalves: Bool
  ) -> VulkanBlock {
    func places(_ range: Range<Int>, _ own: [Int32]) -> [Int32] {
      range.map { own.indices.contains($0) ? own[$0] : -1 }
    }
    return gathered(
      source, rows: places(plan.rows, source.rows), columns: places(plan.columns, source.columns), channels: channels,
      asHalves: asHalves)
  }
}

/// The smallest multiple of `step` that is at least `count`.
func roundedUp(_ count: Int, to step: Int) -> Int { (count + step - 1) / step * step }
