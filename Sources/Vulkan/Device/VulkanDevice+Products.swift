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
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Buffer, bias: Buffer?, precision: OperandPrecision,
    gathersMoments: Bool
  ) -> (output: Buffer, moments: ChannelMoments?) {
    (products(.forward(geometry), input, weight: weight, isExchanged: false, bias: bias, precision), nil)
  }

  package func convolutionInputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Buffer, bias: Buffer?,
    precision: OperandPrecision, gathersMoments: Bool
  ) -> (inputGradient: Buffer, moments: ChannelMoments?) {
    (products(.backward(geometry), outputGradient, weight: weight, isExchanged: true, bias: bias, precision), nil)
  }

  private func products(
    _ plan: ConvolutionPlan, _ source: PixelSource, weight: Buffer, isExchanged: Bool, bias: Buffer?,
    _ precision: OperandPrecision
  ) -> Buffer {
    let units = precision == .float16 ? opened.matrixUnits : nil
    // Numbers that a shader reads at once, in 16 bytes.
    let lanes = units == nil ? 4 : 8
    let channels = roundedUp(plan.inputChannels, to: lanes)
    let image =
      units == nil ? paddedImage(source, plan, channels: channels) : paddedHalves(source, plan, channels: channels)
    let weight = operand(weight)
    let bias = bias.map { operand($0) }
    let count = plan.batch * plan.outputHeight * plan.outputWidth * plan.outputChannels
    let result = block(count)
    let columns = roundedUp(plan.outputChannels, to: lanes)
    for phase in plan.phases {
      let pixels = phase.pixels(batch: plan.batch)
      let tile =
        units.map { .float16(pixels: pixels, columns: plan.outputChannels, $0) }
        ?? ProductTile.float32(pixels: pixels, columns: plan.outputChannels)
      let taps = plan.taps(phase)
      let rows = roundedUp(taps.count * channels, to: tile.depth)
      let panel = packed(
        weight, taps: taps.map(\.index), rows: rows, inputs: plan.inputChannels, paddedInputs: channels,
        outputs: plan.outputChannels, paddedOutputs: columns, isExchanged: isExchanged, asHalves: units != nil)
      var offsets = taps.flatMap { tap in
        (0..<channels / lanes).map { Int32(tap.offset * channels / lanes + $0) }
      }
      offsets += Array(repeating: 0, count: max(1, rows / lanes) - offsets.count)
      var groups = Groups.covering(pixels, perGroup: tile.pixels)
      groups.z = (plan.outputChannels + tile.columns - 1) / tile.columns
      run(
        tile.shader, constants: tile.constants,
        [
          plan.phases.count == 1 ? .writes(result) : .updates(result), .reads(image), .reads(panel),
          .reads(table(offsets)), .reads(bias ?? panel),
        ],
        parameters: [
          pixels, phase.vertical.outputCount, phase.horizontal.outputCount, plan.outputChannels, columns / lanes,
          rows / tile.depth,
        ] + plan.strides(phase, pixelSize: channels / lanes) + plan.outputPlaces(phase) + [bias != nil],
        groups: groups, subgroupThreads: tile.subgroupThreads,
        work: Double(pixels) * Double(rows) * Double(columns))
    }
    return Buffer(result, count: count)
  }

  /// The weights of some taps as the product's shader reads them.
  private func packed(
    _ weight: VulkanBlock, taps: [Int], rows: Int, inputs: Int, paddedInputs: Int, outputs: Int, paddedOutputs: Int,
    isExchanged: Bool, asHalves: Bool
  ) -> VulkanBlock {
    let panel = block(rows * paddedOutputs / (asHalves ? 2 : 1))
    run(
      asHalves ? .packWeights16 : .packWeights, constants: [isExchanged],
      [.writes(panel), .reads(weight), .reads(table(taps.isEmpty ? [0] : taps.map { Int32($0) }))],
      parameters: [rows, paddedOutputs, taps.count, inputs, paddedInputs, outputs],
      groups: .covering(rows * paddedOutputs / (asHalves ? 8 : 1), perGroup: 256))
    return panel
  }

  package func convolutionWeightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource
  ) -> Buffer {
    let plan = ConvolutionPlan.forward(geometry)
    let taps = geometry.kernelHeight * geometry.kernelWidth
    guard let phase = plan.phases.first else {
      return filled(with: 0, count: taps * geometry.inputChannels * geometry.outputChannels)
    }
    let channels = roundedUp(geometry.inputChannels, to: 4), columns = roundedUp(geometry.outputChannels, to: 4)
    let image = paddedImage(input, plan, channels: channels)
    let gradients = paddedPixels(outputGradient, channels: columns)
    let offsets = plan.taps(phase).flatMap { tap in
      (0..<channels / 4).map { Int32(tap.offset * channels / 4 + $0) }
    }
    let rowQuads = taps * channels / 4, columnQuads = columns / 4
    // Fours of rows and of columns.
    let tile = rowQuads >= 128 && columnQuads >= 32 ? 32 : 16
    let rowTiles = (rowQuads + tile - 1) / tile, columnTiles = (columnQuads + tile - 1) / tile
    let pixels = phase.pixels(batch: plan.batch)
    // Few tiles are cut into many slices of pixels, so that the device is busy. Their number depends on sizes alone.
    let slices = max(1, min(256 / (rowTiles * columnTiles), pixels / 256))
    let slicePixels = (pixels + slices - 1) / slices
    let partial = block(slices * taps * channels * columns)
    run(
      .weightGradient, constants: [tile * tile / 4, tile, tile],
      [.writes(partial), .reads(image), .reads(gradients), .reads(table(offsets))],
      parameters: [
        pixels, phase.vertical.outputCount, phase.horizontal.outputCount, rowQuads, columnQuads, slicePixels,
      ] + plan.strides(phase, pixelSize: channels / 4), groups: Groups(x: rowTiles, y: columnTiles, z: slices),
      work: Double(pixels) * Double(4 * rowQuads) * Double(columns))
    let sums =
      slices == 1 ? partial : summed(partial, outer: 1, count: slices, inner: taps * channels * columns)
    if channels == geometry.inputChannels, columns == geometry.outputChannels {
      return Buffer(sums, count: taps * channels * columns)
    }
    return rearranged(
      sums, sizes: [taps, geometry.inputChannels, geometry.outputChannels], strides: [channels * columns, columns, 1])
  }

  /// A source's own pixels, with zeros in added channels.
  private func paddedPixels(_ source: PixelSource, channels: Int) -> VulkanBlock {
    if source.isPlain, source.channels == channels { return operand(source.parts[0].values) }
    return gathered(source, rows: source.rows, columns: source.columns, channels: channels)
  }

  package func matrixProduct(_ geometry: MatrixProductGeometry, left: Buffer, right: Buffer) -> Buffer {
    let (rows, columns, inner) = (geometry.rows, geometry.columns, geometry.inner)
    let count = geometry.batch * rows * columns
    let result = block(count)
    let (left, right) = (operand(left), operand(right))
    let columnTiles = (columns + 31) / 32
    let mostMatrices = 65535
    for first in stride(from: 0, to: geometry.batch, by: mostMatrices) {
      var groups = Groups.covering((rows + 31) / 32 * columnTiles, perGroup: 1)
      groups.z = min(mostMatrices, geometry.batch - first)
      run(
        .matrixProduct,
        [geometry.batch <= mostMatrices ? .writes(result) : .updates(result), .reads(left), .reads(right)],
        parameters: [
          geometry.batch, rows, columns, inner, geometry.transposesLeft ? 1 : inner,
          geometry.transposesLeft ? rows : 1, geometry.transposesRight ? 1 : columns,
          geometry.transposesRight ? inner : 1, columnTiles, first,
        ], groups: groups, work: Double(groups.z) * Double(rows) * Double(columns) * Double(inner))
    }
    return Buffer(result, count: count)
  }
}
