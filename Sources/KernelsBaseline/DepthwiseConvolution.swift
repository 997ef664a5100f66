import CProcessor
import VectorKernels

extension Level {
  package func convolveDepthwise(_ product: DepthwiseProduct) {
    let axis = product.input.horizontal
    switch (axis.sharedStep, axis.taps) {
    case (1, 3): convolve(DepthwiseTile<8, 3, 1>(), product)
    case (1, 5): convolve(DepthwiseTile<8, 5, 1>(), product)
    case (1, let taps) where taps % 2 == 0: convolve(DepthwiseTile<8, 2, 1>(), product)
    case (2, 3): convolve(DepthwiseTile<8, 3, 2>(), product)
    case (2, 5): convolve(DepthwiseTile<8, 5, 2>(), product)
    default: convolve(DepthwiseTile<8, 1, 1>(), product)
    }
    #if AVX512
    if product.passesCaches { finish_stores_past_caches() }
    #endif
  }
}

/// Tile by tile, and each of them down all rows, so that what neighbouring rows share stays in the nearest cache.
private func convolve<let pixels: Int, let taps: Int, let step: Int>(
  _ tile: DepthwiseTile<pixels, taps, step>, _ product: DepthwiseProduct
) {
  if product.input.isLarge { return convolveRows(tile, product) }
  let (vertical, horizontal) = (product.input.vertical, product.input.horizontal)
  let groups = horizontal.taps / taps
  withUnsafeTemporaryAllocation(of: UInt32.self, capacity: max(1, groups)) { masks in
    guard let masks = masks.baseAddress else { return }
    for pixel in stride(from: 0, to: horizontal.outputs, by: pixels) {
      let count = min(pixels, horizontal.outputs - pixel)
      for group in 0..<groups {
        masks[group] = DepthwiseTile<pixels, taps, step>.inside(
          horizontal, pixel: pixel, count: count, tap: group * taps)
      }
      for row in 0..<vertical.outputs {
        let tapRows = vertical.tapsInside(output: row)
        let (firstRow, firstPixel) = (vertical.start + row * vertical.step, horizontal.start + pixel * horizontal.step)
        let values = product.input.values + firstRow * product.input.rowStride + firstPixel * product.input.pixelStride
        let output = product.output + row * product.outputRow + pixel * product.outputPixel
        for channel in stride(from: 0, to: product.channels, by: laneCount) {
          convolveTile(
            tile, product, tapRows: tapRows, groups: groups, inside: masks, channel: channel, input: values + channel,
            output: output + channel, count: count)
        }
      }
    }
  }
}

/// Row by row, in the order of addresses, in which memory is fastest, asking for each row before it is read.
private func convolveRows<let pixels: Int, let taps: Int, let step: Int>(
  _ tile: DepthwiseTile<pixels, taps, step>, _ product: DepthwiseProduct
) {
  let (vertical, horizontal) = (product.input.vertical, product.input.horizontal)
  let groups = horizontal.taps / taps
  let tiles = (horizontal.outputs + pixels - 1) / pixels
  withUnsafeTemporaryAllocation(of: UInt32.self, capacity: max(1, tiles * groups)) { masks in
    guard let masks = masks.baseAddress else { return }
    for index in 0..<tiles {
      let count = min(pixels, horizontal.outputs - index * pixels)
      for group in 0..<groups {
        masks[index * groups + group] = DepthwiseTile<pixels, taps, step>.inside(
          horizontal, pixel: index * pixels, count: count, tap: group * taps)
      }
    }
    for row in 0..<vertical.outputs {
      let tapRows = vertical.tapsInside(output: row)
      for index in 0..<tiles {
        let pixel = index * pixels
        let (firstRow, firstPixel) = (vertical.start + row * vertical.step, horizontal.start + pixel * horizontal.step)
        let values =
          product.input.values + firstRow * product.input.rowStride + firstPixel * product.input.pixelStride
        let output = product.output + row * product.outputRow + pixel * product.outputPixel
        for channel in stride(from: 0, to: product.channels, by: laneCount) {
          product.input.fetchNewRows(values + vertical.step * product.input.rowStride + channel, outputs: pixels)
          convolveTile(
            tile, product, tapRows: tapRows, groups: groups, inside: masks + index * groups, channel: channel,
            input: values + channel, output: output + channel, count: min(pixels, horizontal.outputs - pixel))
        }
      }
    }
  }
}

@inline(__always)
private func convolveTile<let pixels: Int, let taps: Int, let step: Int>(
  _ tile: DepthwiseTile<pixels, taps, step>, _ product: DepthwiseProduct, tapRows: Range<Int>, groups: Int,
  inside masks: UnsafePointer<UInt32>, channel: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
  count: Int
) {
  var sums = InlineArray<pixels, Lanes>(repeating: product.bias.map { load($0 + channel) } ?? .zero)
  let horizontal = product.input.horizontal
  let pixelStride = taps == 1 ? horizontal.step &* product.input.pixelStride : product.input.pixelStride
  for row in tapRows {
    var input = input + row &* product.input.vertical.spacing &* product.input.rowStride
    var weight = product.weight + row &* product.weightRow + channel
    for group in 0..<groups {
      var factors = InlineArray<taps, Lanes>(repeating: .zero)
      for tap in 0..<taps { factors[unchecked: tap] = load(weight + tap &* product.weightColumn) }
      let mask = masks[group]
      straight(DepthwiseTile<pixels, taps, step>.span) { source in
        if mask & (1 &<< UInt32(truncatingIfNeeded: source)) != 0 {
          let value = load(input + source &* pixelStride)
          DepthwiseTile<pixels, taps, step>.forEachPair(at: source) { pixel, tap in
            sums[unchecked: pixel] = multiplyAdd(sums[unchecked: pixel], value, factors[unchecked: tap])
          }
        }
      }
      input += taps &* horizontal.spacing &* product.input.pixelStride
      weight += taps &* product.weightColumn
    }
  }
  #if AVX512
  if product.passesCaches {
    straight(pixels) {
      if $0 < count { store_past_caches(sums[unchecked: $0], output + $0 &* product.outputPixel) }
    }
    return
  }
  #endif
  if product.channels - channel >= laneCount {
    straight(pixels) { if $0 < count { store(sums[unchecked: $0], output + $0 &* product.outputPixel) } }
    return
  }
  // The output has the lanes in part.
  withUnsafeTemporaryAllocation(of: Lanes.self, capacity: pixels) { whole in
    let whole = whole.baseAddress.unsafelyUnwrapped
    straight(pixels) { whole[$0] = sums[unchecked: $0] }
    let values = UnsafeRawPointer(whole).assumingMemoryBound(to: Float.self)
    for pixel in 0..<count {
      (output + pixel * product.outputPixel).update(
        from: values + pixel * laneCount, count: product.channels - channel)
    }
  }
}
