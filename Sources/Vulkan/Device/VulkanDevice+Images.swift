import Kernels

extension VulkanDevice {
  package func pixels(of source: PixelSource, adding addend: Buffer?) -> Buffer {
    let result = gathered(
      source, rows: source.rows, columns: source.columns, channels: source.channels, adding: addend)
    return Buffer(result, count: result.count)
  }

  /// The pixels of a source at other rows and columns of its images, with zeros in added channels.
  ///
  /// - Parameters:
  ///   - rows, columns: source rows and columns, or -1 for zeros.
  ///   - channels: at least the source's.
  ///   - halves: how float16 numbers are written, if they are. `channels` and those of all parts but the last are multiples
  ///     of 8 then, and there is no addend.
  func gathered(
    _ source: PixelSource, rows: [Int32], columns: [Int32], channels: Int, as halves: HalfConversion? = nil,
    adding addend: Buffer? = nil
  ) -> VulkanBlock {
    let pixels = source.batch * rows.count * columns.count
    let result = block(pixels * channels, halves == nil ? .words : .halves)
    // Channels that an invocation writes.
    let lanes = halves == nil ? 1 : 8
    let places = table(rows + columns)
    let addend = addend.map { operand($0) }
    var firstChannel = 0
    for (index, part) in source.parts.enumerated() {
      let written = index == source.parts.count - 1 ? channels - firstChannel : part.channels
      let values = stored(part.values)
      let statistics = part.statistics.map { (operand($0.mean), operand($0.inverseDeviation)) }
      let slopes = part.slopes.map { operand($0) }
      var constants: [any ShaderWord] = [statistics != nil, slopes != nil, values.format == .halves]
      if let halves {
        constants += [halves.saturates, part.channels % 8 == 0, halves.largest != nil]
      } else {
        constants.append(addend != nil)
      }
      run(
        halves == nil ? .gather : .gather16, constants: constants,
        [
          source.parts.count == 1 ? .writes(result) : .updates(result), .reads(values), .reads(places),
          .reads(statistics?.0 ?? values), .reads(statistics?.1 ?? values), .reads(slopes ?? values),
          .reads(halves?.largest ?? addend ?? values),
        ],
        parameters: [
          pixels * written / lanes, rows.count, columns.count, part.channels, written / lanes, source.sourceHeight,
          source.sourceWidth, channels / lanes, firstChannel / lanes,
          part.statistics?.groups == 1 ? 0 : part.channels, part.slope, part.ceiling, part.factor,
        ], groups: .covering(pixels * written / lanes, perGroup: 256))
      firstChannel += part.channels
    }
    return result
  }

  package func mapped(_ images: Buffer, rows: AxisMap, columns: AxisMap, batch: Int, channels: Int) -> Buffer {
    let count = batch * rows.outputSize * columns.outputSize * channels
    let result = block(count)
    run(
      .separableMap,
      [.writes(result), .reads(operand(images)), .reads(table(rows.numbers)), .reads(table(columns.numbers))],
      parameters: [count, rows.outputSize, columns.outputSize, channels, rows.inputSize, columns.inputSize],
      groups: .covering(count, perGroup: 256))
    return Buffer(result, count: count)
  }

  /// The modes of `maximumPooling.comp`, by the numbers that it gives them.
  private enum PoolingMode: Int { case find, gather, scatter }

  private func pooled(
    _ mode: PoolingMode, _ pooling: PoolingGeometry, _ values: Buffer, places: Buffer?
  ) -> Buffer {
    let count = pooling.batch * (mode == .scatter ? pooling.inputImageCount : pooling.outputImageCount)
    let result = block(count)
    let values = operand(values)
    run(
      .maximumPooling, constants: [mode.rawValue],
      [.writes(result), .reads(values), .reads(places.map { operand($0) } ?? values)],
      parameters: [
        count, pooling.height, pooling.width, pooling.channels, pooling.outputHeight, pooling.outputWidth,
        pooling.window, pooling.stride, pooling.padding,
      ], groups: .covering(count, perGroup: 256))
    return Buffer(result, count: count)
  }

  package func maximumPlaces(_ pooling: PoolingGeometry, of images: Buffer) -> Buffer {
    pooled(.find, pooling, images, places: nil)
  }

  package func gathered(_ pooling: PoolingGeometry, places: Buffer, from images: Buffer) -> Buffer {
    pooled(.gather, pooling, images, places: places)
  }

  package func scattered(_ pooling: PoolingGeometry, places: Buffer, from windows: Buffer) -> Buffer {
    pooled(.scatter, pooling, windows, places: places)
  }
}

extension AxisMap {
  /// The map as `separableMap.comp` reads it.
  fileprivate var numbers: [Int32] {
    var starts: [Int32] = [0]
    var terms: [Int32] = []
    for entry in entries {
      starts.append(starts[starts.count - 1] + Int32(entry.count))
      for term in entry { terms += [Int32(term.input), Int32(bitPattern: term.weight.bitPattern)] }
    }
    return starts + terms
  }
}
