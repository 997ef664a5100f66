import Kernels
import Testing

private let host = HostDevice.shared

extension WatchedDevice {
  func filled(with value: Float, count: Int) -> Buffer {
    compute("filled", count: count) { _ in host.filled(with: value, count: count) }
  }

  func copy(of values: Buffer) -> Buffer {
    compute("copy", count: values.count) { host.copy(of: $0(values)) }
  }

  // MARK: Products

  func convolution(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Buffer, bias: Buffer?, adding addend: Buffer?,
    precision: OperandPrecision, gathersMoments: Bool
  ) -> (output: Buffer, moments: ChannelMoments?) {
    computeAll("convolution") { copies in
      let (output, moments) = host.convolution(
        geometry, input: copies(input), weight: copies(weight, count: geometry.weightCount),
        bias: bias.map { copies($0, count: geometry.outputChannels) },
        adding: addend.map { copies($0, count: geometry.outputCount) }, precision: precision,
        gathersMoments: gathersMoments)
      #expect(output.count == geometry.outputCount)
      return (copies.taken(output), moments.map { copies.taken($0) })
    }
  }

  func convolutionInputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Buffer, bias: Buffer?,
    precision: OperandPrecision,
    gathersMoments: Bool
  ) -> (inputGradient: Buffer, moments: ChannelMoments?) {
    computeAll("convolutionInputGradient") { copies in
      let (gradient, moments) = host.convolutionInputGradient(
        geometry, outputGradient: copies(outputGradient), weight: copies(weight, count: geometry.weightCount),
        bias: bias.map { copies($0, count: geometry.inputChannels) }, precision: precision,
        gathersMoments: gathersMoments)
      #expect(gradient.count == geometry.inputCount)
      return (copies.taken(gradient), moments.map { copies.taken($0) })
    }
  }

  func convolutionWeightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource, precision: OperandPrecision
  ) -> Buffer {
    compute("convolutionWeightGradient", count: geometry.weightCount) {
      host.convolutionWeightGradient(
        geometry, input: $0(input), outputGradient: $0(outputGradient), precision: precision)
    }
  }

  func depthwiseConvolution(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Buffer, bias: Buffer?
  ) -> Buffer {
    compute("depthwiseConvolution", count: geometry.outputCount) { copies in
      host.depthwiseConvolution(
        geometry, input: copies(input), weight: copies(weight, count: geometry.depthwiseWeightCount),
        bias: bias.map { copies($0, count: geometry.outputChannels) })
    }
  }

  func depthwiseConvolutionInputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Buffer
  ) -> Buffer {
    compute("depthwiseConvolutionInputGradient", count: geometry.inputCount) {
      host.depthwiseConvolutionInputGradient(
        geometry, outputGradient: $0(outputGradient), weight: $0(weight, count: geometry.depthwiseWeightCount))
    }
  }

  func depthwiseConvolutionWeightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource
  ) -> Buffer {
    compute("depthwiseConvolutionWeightGradient", count: geometry.depthwiseWeightCount) {
      host.depthwiseConvolutionWeightGradient(geometry, input: $0(input), outputGradient: $0(outputGradient))
    }
  }

  func matrixProduct(_ geometry: MatrixProductGeometry, left: Buffer, right: Buffer) -> Buffer {
    let (rows, columns, inner) = (geometry.rows, geometry.columns, geometry.inner)
    return compute("matrixProduct", count: geometry.batch * rows * columns) {
      host.matrixProduct(
        geometry, left: $0(left, count: geometry.batch * rows * inner),
        right: $0(right, count: geometry.batch * inner * columns))
    }
  }

  func windowAttention(
    _ geometry: AttentionGeometry, queries: ChannelRun, keys: ChannelRun, values: ChannelRun, bias: Buffer
  ) -> Buffer {
    compute("windowAttention", count: geometry.outputCount) { copies in
      func run(_ run: ChannelRun) -> ChannelRun {
        ChannelRun(copies(run.values), channels: run.channels, first: run.first)
      }
      return host.windowAttention(
        geometry, queries: run(queries), keys: run(keys), values: run(values),
        bias: copies(bias, count: geometry.biasCount))
    }
  }

  // MARK: Images

  func pixels(of source: PixelSource, adding addend: Buffer?) -> Buffer {
    let count = source.batch * source.height * source.width * source.channels
    return compute("pixels", count: count) { copies in
      host.pixels(of: copies(source), adding: addend.map { copies($0, count: count) })
    }
  }

  func mapped(_ images: Buffer, rows: AxisMap, columns: AxisMap, batch: Int, channels: Int) -> Buffer {
    compute("mapped", count: batch * rows.outputSize * columns.outputSize * channels) {
      let images = $0(images, count: batch * rows.inputSize * columns.inputSize * channels)
      return host.mapped(images, rows: rows, columns: columns, batch: batch, channels: channels)
    }
  }

  func maximumPlaces(_ pooling: PoolingGeometry, of images: Buffer) -> Buffer {
    compute("maximumPlaces", count: pooling.batch * pooling.outputImageCount) {
      host.maximumPlaces(pooling, of: $0(images, count: pooling.batch * pooling.inputImageCount))
    }
  }

  func gathered(_ pooling: PoolingGeometry, places: Buffer, from images: Buffer) -> Buffer {
    compute("gathered", count: pooling.batch * pooling.outputImageCount) {
      host.gathered(
        pooling, places: $0(places), from: $0(images, count: pooling.batch * pooling.inputImageCount))
    }
  }

  func scattered(_ pooling: PoolingGeometry, places: Buffer, from windows: Buffer) -> Buffer {
    compute("scattered", count: pooling.batch * pooling.inputImageCount) {
      host.scattered(
        pooling, places: $0(places), from: $0(windows, count: pooling.batch * pooling.outputImageCount))
    }
  }

  // MARK: Norms

  func moments(of values: Buffer, groups: Int, count: Int, channels: Int) -> ChannelMoments {
    computeAll("moments") {
      $0.taken(
        host.moments(
          of: $0(values, count: groups * count * channels), groups: groups, count: count, channels: channels))
    }
  }

  func joined(_ moments: JoinedMoments?, with part: ChannelMoments, count: Int) -> JoinedMoments {
    computeAll("joined") { copies in
      let joined = host.joined(moments.map { copies($0) }, with: copies(part), count: count)
      return JoinedMoments(channels: joined.channels, values: copies.taken(joined.values))
    }
  }

  func statistics(of moments: ChannelMoments, epsilon: Float) -> NormStatistics {
    computeAll("statistics") { $0.taken(host.statistics(of: $0(moments), epsilon: epsilon)) }
  }

  func statistics(of moments: JoinedMoments, epsilon: Float) -> NormStatistics {
    computeAll("statistics") { $0.taken(host.statistics(of: $0(moments), epsilon: epsilon)) }
  }

  func normGradient(
    _ statistics: NormStatistics, count: Int, negativeSlope: Float, input: Buffer, outputGradient: Buffer
  ) -> Buffer {
    let all = statistics.groups * count * statistics.channels
    return compute("normGradient", count: all) {
      host.normGradient(
        $0(statistics), count: count, negativeSlope: negativeSlope, input: $0(input, count: all),
        outputGradient: $0(outputGradient, count: all))
    }
  }

  func layerNorm(_ values: Buffer, channels: Int, scale: Buffer, shift: Buffer, epsilon: Float) -> Buffer {
    compute("layerNorm", count: values.count) {
      host.layerNorm(
        $0(values), channels: channels, scale: $0(scale, count: channels), shift: $0(shift, count: channels),
        epsilon: epsilon)
    }
  }

  // MARK: Values

  func unary(_ function: UnaryFunction, of values: Buffer) -> Buffer {
    compute("unary", count: values.count) { host.unary(function, of: $0(values)) }
  }

  func affine(_ values: Buffer, scale: Float, shift: Float) -> Buffer {
    compute("affine", count: values.count) { host.affine($0(values), scale: scale, shift: shift) }
  }

  func rectified(_ values: Buffer, slope: Float) -> Buffer {
    compute("rectified", count: values.count) { host.rectified($0(values), slope: slope) }
  }

  func clamped(_ values: Buffer, to range: ClosedRange<Float>) -> Buffer {
    compute("clamped", count: values.count) { host.clamped($0(values), to: range) }
  }

  func attended(_ values: Buffer, adding addends: Buffer) -> Buffer {
    compute("attended", count: values.count) { host.attended($0(values), adding: $0(addends)) }
  }

  func multiplied(_ values: Buffer, bySignOf selector: Buffer, zero: Float, negative: Float) -> Buffer {
    compute("multiplied", count: values.count) {
      host.multiplied($0(values), bySignOf: $0(selector, count: values.count), zero: zero, negative: negative)
    }
  }

  func masked(_ values: Buffer, where selector: Buffer, isIn range: ClosedRange<Float>) -> Buffer {
    compute("masked", count: values.count) {
      host.masked($0(values), where: $0(selector, count: values.count), isIn: range)
    }
  }

  func binary(
    _ function: BinaryFunction, _ left: Buffer, dimensions leftDimensions: [Int], _ right: Buffer,
    dimensions rightDimensions: [Int]
  ) -> Buffer {
    #expect(leftDimensions.count == rightDimensions.count)
    #expect(zip(leftDimensions, rightDimensions).allSatisfy { $0 == $1 || $0 == 1 || $1 == 1 })
    let count = zip(leftDimensions, rightDimensions).reduce(1) { $0 * ($1.0 == 1 ? $1.1 : $1.0) }
    return compute("binary", count: count) {
      host.binary(
        function, $0(left, count: leftDimensions.reduce(1, *)), dimensions: leftDimensions,
        $0(right, count: rightDimensions.reduce(1, *)), dimensions: rightDimensions)
    }
  }

  func broadcast(_ values: Buffer, from dimensions: [Int], to outputDimensions: [Int]) -> Buffer {
    #expect(zip(dimensions, outputDimensions).allSatisfy { $0 == $1 || $0 == 1 })
    return compute("broadcast", count: outputDimensions.reduce(1, *)) {
      host.broadcast($0(values, count: dimensions.reduce(1, *)), from: dimensions, to: outputDimensions)
    }
  }

  func dropoutMask(count: Int, rate: Float, random: Philox) -> Buffer {
    compute("dropoutMask", count: count) { _ in host.dropoutMask(count: count, rate: rate, random: random) }
  }

  // MARK: Axes

  func sum(_ values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer {
    compute("sum", count: outer * inner) {
      host.sum($0(values, count: outer * count * inner), outer: outer, count: count, inner: inner)
    }
  }

  func sumOfSquares(_ values: Buffer) -> Buffer {
    compute("sumOfSquares", count: 1) { host.sumOfSquares($0(values, count: values.count)) }
  }

  func maximum(_ values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer {
    compute("maximum", count: outer * inner) {
      host.maximum($0(values, count: outer * count * inner), outer: outer, count: count, inner: inner)
    }
  }

  func firstPlaces(of maximum: Buffer, in values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer {
    compute("firstPlaces", count: outer * count * inner) {
      host.firstPlaces(
        of: $0(maximum, count: outer * inner), in: $0(values, count: outer * count * inner), outer: outer,
        count: count, inner: inner)
    }
  }

  func softmax(_ values: Buffer, channels: Int) -> Buffer {
    compute("softmax", count: values.count) { host.softmax($0(values), channels: channels) }
  }

  func logSoftmax(_ values: Buffer, channels: Int) -> Buffer {
    compute("logSoftmax", count: values.count) { host.logSoftmax($0(values), channels: channels) }
  }

  func assembled(count: Int, from pieces: [StridedCopy]) -> Buffer {
    compute("assembled", count: count) { copies in
      host.assembled(
        count: count,
        from: pieces.map { piece in
          let last = piece.rows - 1
          #expect(piece.rows == 0 || piece.sourceStart + last * piece.sourceStride + piece.count <= piece.source.count)
          #expect(piece.rows == 0 || piece.targetStart + last * piece.targetStride + piece.count <= count)
          var copy = piece
          copy.source = copies(piece.source)
          return copy
        })
    }
  }

  func permuted(_ values: Buffer, dimensions: [Int], permutation: [Int]) -> Buffer {
    compute("permuted", count: values.count) {
      host.permuted(
        $0(values, count: dimensions.reduce(1, *)), dimensions: dimensions, permutation: permutation)
    }
  }

  // MARK: State

  func accumulate(_ values: Buffer, to target: Buffer) {
    change("accumulate", [target]) { copies, targets in
      host.accumulate(copies(values, count: target.count), to: targets[0])
    }
  }

  func updateByAdam(_ updates: [AdamUpdate]) {
    for update in updates {
      let count = update.parameter.count
      #expect(update.firstMoment.count == count && update.secondMoment.count == count)
      change("updateByAdam", [update.parameter, update.firstMoment, update.secondMoment]) { copies, targets in
        host.updateByAdam([
          AdamUpdate(
            parameter: targets[0], gradient: copies(update.gradient, count: count), firstMoment: targets[1],
            secondMoment: targets[2], settings: update.settings)
        ])
      }
    }
  }

  private func change(_ name: String, _ targets: [Buffer], _ body: (HostCopies, [Buffer]) -> Void) {
    computeAll(name) { copies in
      let changed = targets.map { copies($0) }
      body(copies, changed)
      for (target, copy) in zip(targets, changed) {
        (target.blockForWriting(on: self) as? Block)?.contents = copy.withHostValues { Array($0) }
      }
    }
  }
}

extension ConvolutionGeometry {
  fileprivate var weightCount: Int { kernelHeight * kernelWidth * inputChannels * outputChannels }
  fileprivate var depthwiseWeightCount: Int { kernelHeight * kernelWidth * outputChannels }
  fileprivate var inputCount: Int { batch * inputHeight * inputWidth * inputChannels }
  fileprivate var outputCount: Int { batch * outputHeight * outputWidth * outputChannels }
}
