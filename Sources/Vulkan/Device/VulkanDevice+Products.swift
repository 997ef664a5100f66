import Kernels

extension VulkanDevice {
  package func obstacle(to precision: OperandPrecision) -> String? {
    switch precision {
    case .float32: nil
    case .float16: opened.matrixUnits == nil ? adapter.obstacleToHalves : nil
    case .bfloat16: "\(adapter.name) does not compute in bf16\(opened.matrixUnits == nil ? "" : ", but in float16")"
    }
  }

  package func convolution(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Buffer, bias: Buffer?, adding addend: Buffer?,
    precision: OperandPrecision, gathersMoments: Bool
  ) -> (output: Buffer, moments: ChannelMoments?) {
    let (output, moments) = products(
      .forward(geometry), input, weight, isExchanged: false, bias, precision,
      gathersMoments: gathersMoments && addend == nil)
    guard let addend else { return (output, moments) }
    return (binary(.sum, addend, dimensions: [addend.count], output, dimensions: [output.count]), nil)
  }

  package func convolutionInputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Buffer, bias: Buffer?,
    precision: OperandPrecision, gathersMoments: Bool
  ) -> (inputGradient: Buffer, moments: ChannelMoments?) {
    products(
      .backward(geometry), outputGradient, weight, isExchanged: true, bias, precision, gathersMoments: gathersMoments)
  }

  private func products(
    _ plan: ConvolutionPlan, _ source: PixelSource, _ weight: Buffer, isExchanged: Bool, _ bias: Buffer?,
    _ precision: OperandPrecision, gathersMoments: Bool
  ) -> (Buffer, ChannelMoments?) {
    let weights = ConvolutionWeights(values: operand(weight), isExchanged: isExchanged)
    let bias = bias.map { operand($0) }
    if case .float16(let saturates) = precision, let units = opened.matrixUnits {
      return halfProducts(
        plan, source, weights, bias, units, saturates: saturates, gathersMoments: gathersMoments)
    }
    return (products(plan, source, weights, bias), nil)
  }

  private func products(
    _ plan: ConvolutionPlan, _ source: PixelSource, _ weights: ConvolutionWeights, _ bias: VulkanBlock?
  ) -> Buffer {
    let channels = roundedUp(plan.inputChannels, to: 4), columns = roundedUp(plan.outputChannels, to: 4)
    let image = paddedImage(source, plan, channels: channels)
    let count = plan.outputCount
    let result = block(count)
    for phase in plan.phases {
      let pixels = phase.pixels(batch: plan.batch)
      let tile = ProductTile.float32(pixels: pixels, columns: plan.outputChannels)
      let panel = packed(weights, plan, phase, channels: channels, columns: columns, depth: tile.depth)
      var groups = Groups.covering(pixels, perGroup: tile.rows)
      groups.z = (plan.outputChannels + tile.columns - 1) / tile.columns
      run(
        .product, constants: tile.constants,
        [
          plan.phases.count == 1 ? .writes(result) : .updates(result), .reads(image), .reads(panel.values),
          .reads(panel.offsets), .reads(bias ?? panel.values),
        ],
        parameters: plan.parameters(phase, panel, pixelSize: channels / 4) + [bias != nil], groups: groups,
        work: Double(pixels) * Double(panel.rows) * Double(columns))
    }
    return Buffer(result, count: count)
  }

  package func convolutionWeightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource, precision: OperandPrecision
  ) -> Buffer {
    let plan = ConvolutionPlan.forward(geometry)
    let taps = geometry.kernelHeight * geometry.kernelWidth
    guard let phase = plan.phases.first else {
      return filled(with: 0, count: taps * geometry.inputChannels * geometry.outputChannels)
    }
    let partial: WeightGradientSlices
    if case .float16(let saturates) = precision, let units = opened.matrixUnits {
      partial = halfWeightGradient(plan, phase, input, outputGradient, units, saturates: saturates)
    } else {
      partial = weightGradient(plan, phase, input, outputGradient)
    }
    let (channels, columns) = (partial.channels, partial.columns)
    let sums =
      partial.slices == 1
      ? partial.values : summed(partial.values, outer: 1, count: partial.slices, inner: taps * channels * columns)
    if channels == geometry.inputChannels, columns == geometry.outputChannels {
      return Buffer(sums, count: taps * channels * columns)
    }
    return rearranged(
      sums, sizes: [taps, geometry.inputChannels, geometry.outputChannels], strides: [channels * columns, columns, 1])
  }

  private func weightGradient(
    _ plan: ConvolutionPlan, _ phase: ConvolutionPlan.Phase, _ input: PixelSource, _ outputGradient: PixelSource
  ) -> WeightGradientSlices {
    let channels = roundedUp(plan.inputChannels, to: 4), columns = roundedUp(plan.outputChannels, to: 4)
    let image = paddedImage(input, plan, channels: channels)
    let gradients = paddedPixels(outputGradient, channels: columns)
    let offsets = plan.offsets(phase, lanes: 4, channels: channels)
    let rowQuads = offsets.count, columnQuads = columns / 4
    // Fours of rows and of columns.
    let tile = rowQuads >= 128 && columnQuads >= 32 ? 32 : 16
    let rowTiles = (rowQuads + tile - 1) / tile, columnTiles = (columnQuads + tile - 1) / tile
    let slicing = WeightGradientSlices.slicing(pixels: phase.pixels(batch: plan.batch), tiles: rowTiles * columnTiles)
    let partial = block(slicing.slices * 4 * rowQuads * columns)
    run(
      .weightGradient, constants: [tile * tile / 4, tile, tile],
      [.writes(partial), .reads(image), .reads(gradients), .reads(table(offsets))],
      parameters: plan.grid(phase) + [rowQuads, columnQuads, slicing.pixels]
        + plan.strides(phase, pixelSize: channels / 4),
      groups: Groups(x: rowTiles, y: columnTiles, z: slicing.slices),
      work: Double(phase.pixels(batch: plan.batch)) * Double(4 * rowQuads) * Double(columns))
    return WeightGradientSlices(values: partial, slices: slicing.slices, channels: channels, columns: columns)
  }

  /// A source's own pixels, with zeros in added channels.
  private func paddedPixels(_ source: PixelSource, channels: Int) -> VulkanBlock {
    if source.isPlain, source.channels == channels { return operand(source.parts[0].values) }
    return gathered(source, rows: source.rows, columns: source.columns, channels: channels)
  }
}
