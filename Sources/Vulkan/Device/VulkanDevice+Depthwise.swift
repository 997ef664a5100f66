import Kernels

extension VulkanDevice {
  package func depthwiseConvolution(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Buffer, bias: Buffer?
  ) -> Buffer {
    depthwise(.forward(geometry), input, weight: weight, bias: bias)
  }

  package func depthwiseConvolutionInputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Buffer
  ) -> Buffer {
    depthwise(.backward(geometry), outputGradient, weight: weight, bias: nil)
  }

  private func depthwise(
    _ plan: ConvolutionPlan, _ source: PixelSource, weight: Buffer, bias: Buffer?
  ) -> Buffer {
    let channels = plan.inputChannels
    let image = paddedImage(source, plan, channels: channels)
    let weight = operand(weight)
    let bias = bias.map { operand($0) }
    let count = plan.batch * plan.outputHeight * plan.outputWidth * channels
    let result = block(count)
    for phase in plan.phases {
      let taps = plan.taps(phase)
      let numbers = taps.flatMap { [Int32($0.index), Int32($0.offset * channels)] }
      let pixels = phase.pixels(batch: plan.batch)
      run(
        .depthwise,
        [
          plan.phases.count == 1 ? .writes(result) : .updates(result), .reads(image), .reads(weight),
          .reads(table(numbers.isEmpty ? [0] : numbers)), .reads(bias ?? weight),
        ],
        parameters: [
          pixels, phase.vertical.outputCount, phase.horizontal.outputCount, channels, taps.count,
        ] + plan.strides(phase, pixelSize: channels) + plan.outputPlaces(phase) + [bias != nil],
        groups: .covering(pixels * channels, perGroup: 256))
    }
    return Buffer(result, count: count)
  }

  package func depthwiseConvolutionWeightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource
  ) -> Buffer {
    let plan = ConvolutionPlan.forward(geometry)
    let (channels, tapCount) = (geometry.outputChannels, geometry.kernelHeight * geometry.kernelWidth)
    guard let phase = plan.phases.first else { return filled(with: 0, count: tapCount * channels) }
    let image = paddedImage(input, plan, channels: channels)
    let gradients = gathered(
      outputGradient, rows: outputGradient.rows, columns: outputGradient.columns, channels: channels)
    let offsets = plan.taps(phase).map { Int32($0.offset * channels) }
    let pixels = phase.pixels(batch: plan.batch)
    let groups = ChannelGroups(channels: channels)
    let bandPixels = 2048
    let bands = (pixels + bandPixels - 1) / bandPixels
    let partial = block(bands * tapCount * channels)
    run(
      .depthwiseWeightGradient, constants: [groups.width],
      [.writes(partial), .reads(image), .reads(gradients), .reads(table(offsets))],
      parameters: [
        pixels, phase.vertical.outputCount, phase.horizontal.outputCount, channels, tapCount, bands, bandPixels,
        groups.groups,
      ] + plan.strides(phase, pixelSize: channels),
      groups: .covering(bands * tapCount * groups.groups, perGroup: 1))
    let sums = summed(partial, outer: 1, count: bands, inner: tapCount * channels)
    return Buffer(sums, count: tapCount * channels)
  }
}
