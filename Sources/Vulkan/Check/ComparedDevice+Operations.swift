import Kernels

/// Values and axes.
extension ComparedDevice {
  package func filled(with value: Float, count: Int) -> Buffer {
    compared("filled") { $0.filled(with: value, count: count) }
  }

  package func copy(of values: Buffer) -> Buffer { compared("copy") { $0.copy(of: values) } }

  package func unary(_ function: UnaryFunction, of values: Buffer) -> Buffer {
    compared(function.rawValue) { $0.unary(function, of: values) }
  }

  package func affine(_ values: Buffer, scale: Float, shift: Float) -> Buffer {
    compared("affine") { $0.affine(values, scale: scale, shift: shift) }
  }

  package func rectified(_ values: Buffer, slope: Float) -> Buffer {
    compared("rectified") { $0.rectified(values, slope: slope) }
  }

  package func clamped(_ values: Buffer, to range: ClosedRange<Float>) -> Buffer {
    compared("clamped") { $0.clamped(values, to: range) }
  }

  package func multiplied(_ values: Buffer, bySignOf selector: Buffer, zero: Float, negative: Float) -> Buffer {
    compared("multipliedBySign") { $0.multiplied(values, bySignOf: selector, zero: zero, negative: negative) }
  }

  package func masked(_ values: Buffer, where selector: Buffer, isIn range: ClosedRange<Float>) -> Buffer {
    compared("masked") { $0.masked(values, where: selector, isIn: range) }
  }

  package func attended(_ values: Buffer, adding addends: Buffer) -> Buffer {
    // The processor subtracts 1/2 from the sigmoid, which leaves few digits where values are near 0.
    compared("attended", scale: Self.largest(values) + Self.largest(addends)) {
      $0.attended(values, adding: addends)
    }
  }

  package func binary(
    _ function: BinaryFunction, _ left: Buffer, dimensions leftDimensions: [Int], _ right: Buffer,
    dimensions rightDimensions: [Int]
  ) -> Buffer {
    compared(function.rawValue) {
      $0.binary(function, left, dimensions: leftDimensions, right, dimensions: rightDimensions)
    }
  }

  package func broadcast(_ values: Buffer, from dimensions: [Int], to outputDimensions: [Int]) -> Buffer {
    compared("broadcast") { $0.broadcast(values, from: dimensions, to: outputDimensions) }
  }

  package func dropoutMask(count: Int, rate: Float, random: Philox) -> Buffer {
    compared("dropoutMask") { $0.dropoutMask(count: count, rate: rate, random: random) }
  }

  package func sum(_ values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer {
    compared("sumOverAxis", scale: Self.magnitudes(values, parts: outer * inner)) {
      $0.sum(values, outer: outer, count: count, inner: inner)
    }
  }

  package func sumOfSquares(_ values: Buffer) -> Buffer { compared("sumOfSquares") { $0.sumOfSquares(values) } }

  package func maximum(_ values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer {
    compared("maximum") { $0.maximum(values, outer: outer, count: count, inner: inner) }
  }

  package func softmax(_ values: Buffer, channels: Int) -> Buffer {
    compared("softmax") { $0.softmax(values, channels: channels) }
  }

  package func logSoftmax(_ values: Buffer, channels: Int) -> Buffer {
    compared("logSoftmax") { $0.logSoftmax(values, channels: channels) }
  }

  package func firstPlaces(of maximum: Buffer, in values: Buffer, outer: Int, count: Int, inner: Int) -> Buffer {
    compared("firstPlaces") { $0.firstPlaces(of: maximum, in: values, outer: outer, count: count, inner: inner) }
  }

  package func assembled(count: Int, from pieces: [StridedCopy]) -> Buffer {
    compared("assembled") { $0.assembled(count: count, from: pieces) }
  }

  package func permuted(_ values: Buffer, dimensions: [Int], permutation: [Int]) -> Buffer {
    compared("permuted") { $0.permuted(values, dimensions: dimensions, permutation: permutation) }
  }

  package func accumulate(_ values: Buffer, to target: Buffer) {
    let copies = [Self.copy(target), Self.copy(target)]
    for copy in copies { other.accumulate(values, to: copy) }
    host.accumulate(values, to: target)
    note("accumulate", target, copies[0], copies[1])
  }

  package func updateByAdam(_ updates: [AdamUpdate]) {
    let copies = (0..<2).map { _ in
      updates.map { update in
        AdamUpdate(
          parameter: Self.copy(update.parameter), gradient: update.gradient, firstMoment: Self.copy(update.firstMoment),
          secondMoment: Self.copy(update.secondMoment), settings: update.settings)
      }
    }
    for copy in copies { other.updateByAdam(copy) }
    host.updateByAdam(updates)
    for (index, update) in updates.enumerated() {
      for array in [\AdamUpdate.parameter, \.firstMoment, \.secondMoment] {
        note("updateByAdam", update[keyPath: array], copies[0][index][keyPath: array], copies[1][index][keyPath: array])
      }
    }
  }
}

extension OperandPrecision {
  /// Smaller values of a network without gradients may vanish in float16; networks with random weights make such.
  fileprivate var leastScale: Float { self == .float16(saturates: true) ? 1e-3 : 0 }
}

/// Products.
extension ComparedDevice {
  package func convolution(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Buffer, bias: Buffer?, adding addend: Buffer?,
    precision: OperandPrecision, gathersMoments: Bool
  ) -> (output: Buffer, moments: ChannelMoments?) {
    let output = compared("convolution", scale: precision.leastScale, precision) {
      $0.convolution(
        geometry, input: input, weight: weight, bias: bias, adding: addend, precision: precision, gathersMoments: false
      ).output
    }
    return (output, nil)
  }

  package func convolutionInputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Buffer, bias: Buffer?,
    precision: OperandPrecision, gathersMoments: Bool
  ) -> (inputGradient: Buffer, moments: ChannelMoments?) {
    let gradient = compared("convolutionInputGradient", scale: precision.leastScale, precision) {
      $0.convolutionInputGradient(
        geometry, outputGradient: outputGradient, weight: weight, bias: bias, precision: precision,
        gathersMoments: false
      ).inputGradient
    }
    return (gradient, nil)
  }

  package func convolutionWeightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource, precision: OperandPrecision
  ) -> Buffer {
    compared("convolutionWeightGradient", precision) {
      $0.convolutionWeightGradient(geometry, input: input, outputGradient: outputGradient, precision: precision)
    }
  }

  package func depthwiseConvolution(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Buffer, bias: Buffer?
  ) -> Buffer {
    compared("depthwiseConvolution") {
      $0.depthwiseConvolution(geometry, input: input, weight: weight, bias: bias)
    }
  }

  package func depthwiseConvolutionInputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Buffer
  ) -> Buffer {
    compared("depthwiseConvolutionInputGradient") {
      $0.depthwiseConvolutionInputGradient(geometry, outputGradient: outputGradient, weight: weight)
    }
  }

  package func depthwiseConvolutionWeightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource
  ) -> Buffer {
    compared("depthwiseConvolutionWeightGradient") {
      $0.depthwiseConvolutionWeightGradient(geometry, input: input, outputGradient: outputGradient)
    }
  }

  package func windowAttention(
    _ geometry: AttentionGeometry, queries: ChannelRun, keys: ChannelRun, values: ChannelRun, bias: Buffer
  ) -> Buffer {
    compared("windowAttention") {
      $0.windowAttention(geometry, queries: queries, keys: keys, values: values, bias: bias)
    }
  }

  package func matrixProduct(_ geometry: MatrixProductGeometry, left: Buffer, right: Buffer) -> Buffer {
    compared("matrixProduct", geometry.precision) { $0.matrixProduct(geometry, left: left, right: right) }
  }
}

/// Images and norms.
extension ComparedDevice {
  package func pixels(of source: PixelSource, adding addend: Buffer?) -> Buffer {
    compared("pixels") { $0.pixels(of: source, adding: addend) }
  }

  package func mapped(_ images: Buffer, rows: AxisMap, columns: AxisMap, batch: Int, channels: Int) -> Buffer {
    compared("mapped") { $0.mapped(images, rows: rows, columns: columns, batch: batch, channels: channels) }
  }

  /// Compared by the values at the places.
  package func maximumPlaces(_ pooling: PoolingGeometry, of images: Buffer) -> Buffer {
    let places = [host as any Device, other, other].map { $0.maximumPlaces(pooling, of: images) }
    let values = places.map { host.gathered(pooling, places: $0, from: images) }
    note("maximumPlaces", values[0], values[1], values[2])
    return places[0]
  }

  package func gathered(_ pooling: PoolingGeometry, places: Buffer, from images: Buffer) -> Buffer {
    compared("gathered") { $0.gathered(pooling, places: places, from: images) }
  }

  package func scattered(_ pooling: PoolingGeometry, places: Buffer, from windows: Buffer) -> Buffer {
    compared("scattered") { $0.scattered(pooling, places: places, from: windows) }
  }

  /// Compared by the statistics that the host makes of the moments.
  package func moments(of values: Buffer, groups: Int, count: Int, channels: Int) -> ChannelMoments {
    let moments = [host as any Device, other, other].map {
      $0.moments(of: values, groups: groups, count: count, channels: channels)
    }
    let statistics = moments.map { host.statistics(of: $0, epsilon: 1e-5) }
    let means = statistics.map(\.mean), deviations = statistics.map(\.inverseDeviation)
    note("moments", means[0], means[1], means[2], scale: Self.magnitudes(values, parts: values.count))
    note("moments", deviations[0], deviations[1], deviations[2])
    return moments[0]
  }

  package func joined(_ moments: JoinedMoments?, with part: ChannelMoments, count: Int) -> JoinedMoments {
    host.joined(moments, with: part, count: count)
  }

  package func statistics(of moments: ChannelMoments, epsilon: Float) -> NormStatistics {
    let all = [host as any Device, other, other].map { $0.statistics(of: moments, epsilon: epsilon) }
    // Means that happen to be near 0 are as exact as the pivots and sums that they are made of.
    let scale = moments.values.withHostValues { $0.prefix(moments.channels).reduce(0) { max($0, $1.magnitude) } }
    note("statistics", all[0].mean, all[1].mean, all[2].mean, scale: scale)
    note("statistics", all[0].inverseDeviation, all[1].inverseDeviation, all[2].inverseDeviation)
    return all[0]
  }

  package func statistics(of moments: JoinedMoments, epsilon: Float) -> NormStatistics {
    host.statistics(of: moments, epsilon: epsilon)
  }

  package func layerNorm(_ values: Buffer, channels: Int, scale: Buffer, shift: Buffer, epsilon: Float) -> Buffer {
    compared("layerNorm") {
      $0.layerNorm(values, channels: channels, scale: scale, shift: shift, epsilon: epsilon)
    }
  }

  package func normGradient(
    _ statistics: NormStatistics, count: Int, negativeSlope: Float, input: Buffer, outputGradient: Buffer
  ) -> Buffer {
    compared("normGradient") {
      $0.normGradient(
        statistics, count: count, negativeSlope: negativeSlope, input: input, outputGradient: outputGradient)
    }
  }
}
