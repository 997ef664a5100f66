import Kernels

/// Products of float16 numbers with float32 sums, by the device's own products of small matrices.
extension VulkanDevice {
  func halfProducts(
    _ plan: ConvolutionPlan, _ source: PixelSource, _ weights: ConvolutionWeights, _ bias: VulkanBlock?,
    _ units: MatrixUnits, saturates: Bool, gathersMoments: Bool
  ) -> (Buffer, ChannelMoments?) {
    let channels = roundedUp(plan.inputChannels, to: 8), columns = roundedUp(plan.outputChannels, to: 8)
    let image = paddedHalves(source, plan, channels: channels, saturates: saturates)
    // Activations are stored as the next product reads them. Gradients may be too small, and few channels are a network's
    // own output.
    let writesHalves = !source.isGradient && columns == plan.outputChannels
    let result = block(plan.outputCount, writesHalves ? .halves : .words)
    let tiles = plan.phases.map {
      ProductTile.float16(rows: $0.pixels(batch: plan.batch), columns: plan.outputChannels, units)
    }
    let parts = gathersMoments && units.sumsColumns ? MomentParts(plan, tiles) : nil
    let moments = parts.map {
      block(plan.batch * $0.imageParts * ChannelMoments.valuesPerPart(channels: plan.outputChannels))
    }
    for (index, phase) in plan.phases.enumerated() {
      let (tile, pixels) = (tiles[index], phase.pixels(batch: plan.batch))
      let panel = packed(
        weights, plan, phase, channels: channels, columns: columns, depth: tile.depth, saturates: saturates)
      var groups = Groups.covering(pixels, perGroup: tile.rows)
      groups.z = (plan.outputChannels + tile.columns - 1) / tile.columns
      func output(_ block: VulkanBlock) -> Binding { plan.phases.count == 1 ? .writes(block) : .updates(block) }
      run(
        .product16, constants: tile.constants + [writesHalves, saturates, image.largest != nil, moments != nil],
        [
          output(result), .reads(image.values), .reads(panel.values), .reads(panel.offsets),
          .reads(bias ?? panel.values), .reads(image.largest ?? panel.values),
          moments.map { output($0) } ?? .reads(panel.values),
        ],
        parameters: plan.parameters(phase, panel, pixelSize: channels / 8) + [bias != nil]
          + (parts?.parameters(ofPhase: index) ?? [0, 0, 0]),
        groups: groups, subgroupThreads: units.subgroupThreads,
        work: Double(pixels) * Double(panel.rows) * Double(columns))
    }
    let output = Buffer(result, count: plan.outputCount)
    guard let parts, let moments else { return (output, nil) }
    return (
      output,
      ChannelMoments(
        groups: plan.batch, parts: parts.imageParts, channels: plan.outputChannels,
        values: Buffer(moments, count: moments.count))
    )
  }

  func halfWeightGradient(
    _ plan: ConvolutionPlan, _ phase: ConvolutionPlan.Phase, _ input: PixelSource, _ outputGradient: PixelSource,
    _ units: MatrixUnits, saturates: Bool
  ) -> WeightGradientSlices {
    let channels = roundedUp(plan.inputChannels, to: 8), columns = roundedUp(plan.outputChannels, to: 8)
    let image = paddedHalves(input, plan, channels: channels, saturates: saturates)
    let gradients = halves(outputGradient, channels: columns, saturates: saturates)
    let offsets = plan.offsets(phase, lanes: 8, channels: channels)
    let rows = 8 * offsets.count, pixels = phase.pixels(batch: plan.batch)
    // Slices make up for few tiles, so these may be large.
    let tile = ProductTile.float16(rows: 1 << 20, columns: columns, units)
    let rowTiles = (rows + tile.rows - 1) / tile.rows, columnTiles = (columns + tile.columns - 1) / tile.columns
    let slicing = WeightGradientSlices.slicing(pixels: pixels, tiles: rowTiles * columnTiles)
    let partial = block(slicing.slices * rows * columns)
    run(
      .weightGradient16, constants: tile.constants + [image.largest != nil, gradients.largest != nil],
      [
        .writes(partial), .reads(image.values), .reads(gradients.values), .reads(table(offsets)),
        .reads(image.largest ?? image.values), .reads(gradients.largest ?? image.values),
      ],
      parameters: plan.grid(phase) + [offsets.count, columns / 8, slicing.pixels]
        + plan.strides(phase, pixelSize: channels / 8),
      groups: Groups(x: rowTiles, y: columnTiles, z: slicing.slices), subgroupThreads: units.subgroupThreads,
      work: Double(pixels) * Double(rows) * Double(columns))
    return WeightGradientSlices(values: partial, slices: slicing.slices, channels: channels, columns: columns)
  }
}

/// The parts of an image whose moments `product16.comp` writes: one for each row of subgroups' parts, phase after phase.
private struct MomentParts {
  let imageParts: Int
  private let phaseParts: [Int]

  /// Nil if a part would lie in two images.
  init?(_ plan: ConvolutionPlan, _ tiles: [ProductTile]) {
    var phaseParts: [Int] = []
    for (phase, tile) in zip(plan.phases, tiles) {
      let pixels = phase.pixels(batch: 1)
      guard plan.batch == 1 || pixels % tile.partRows == 0 else { return nil }
      phaseParts.append((pixels + tile.partRows - 1) / tile.partRows)
    }
    self.phaseParts = phaseParts
    imageParts = phaseParts.reduce(0, +)
  }

  func parameters(ofPhase index: Int) -> [any ShaderWord] {
    [phaseParts[index], imageParts, phaseParts[..<index].reduce(0, +)]
  }
}
