import VectorKernels

private typealias TapSums<let rows: Int, let taps: Int> = InlineArray<rows, InlineArray<taps, Lanes>>
// What the registers hold of a kernel five taps wide.
#if AVX512 || arch(arm64)
private typealias RowsOfFive = TapSums<3, 5>
#else
private typealias RowsOfFive = TapSums<1, 5>
#endif

extension Level {
  package func accumulateDepthwiseGradient(_ product: DepthwiseGradientProduct) {
    let axis = product.input.horizontal
    switch (axis.sharedStep, axis.taps) {
    case (1, 3): accumulate(DepthwiseTile<4, 3, 1>(), TapSums<3, 3>(repeating: .init(repeating: .zero)), product)
    case (1, 5): accumulate(DepthwiseTile<4, 5, 1>(), RowsOfFive(repeating: .init(repeating: .zero)), product)
    case (2, 3): accumulate(DepthwiseTile<4, 3, 2>(), TapSums<3, 3>(repeating: .init(repeating: .zero)), product)
    case (2, 5): accumulate(DepthwiseTile<4, 5, 2>(), RowsOfFive(repeating: .init(repeating: .zero)), product)
    default: accumulate(DepthwiseTile<4, 1, 1>(), TapSums<3, 1>(repeating: .init(repeating: .zero)), product)
    }
  }
}

/// - Parameter zero: a sum for each of some rows of taps, as many as the registers hold.
private func accumulate<let pixels: Int, let taps: Int, let step: Int, let rows: Int>(
  _ tile: DepthwiseTile<pixels, taps, step>, _ zero: TapSums<rows, taps>, _ product: DepthwiseGradientProduct
) {
  let outputs = product.input.horizontal.outputs
  withUnsafeTemporaryAllocation(of: UInt32.self, capacity: (outputs + pixels - 1) / pixels) { masks in
    guard let masks = masks.baseAddress else { return }
    for column in stride(from: 0, to: product.input.horizontal.taps, by: taps) {
      for pixel in stride(from: 0, to: outputs, by: pixels) {
        masks[pixel / pixels] = DepthwiseTile<pixels, taps, step>.inside(
          product.input.horizontal, pixel: pixel, count: min(pixels, outputs - pixel), tap: column)
      }
      if product.input.isLarge {
        accumulateRows(tile, zero, product, tapColumn: column, inside: masks)
      } else {
        for channel in stride(from: 0, to: product.channels, by: laneCount) {
          for row in stride(from: 0, to: product.input.vertical.taps, by: rows) {
            accumulateTaps(
              tile, zero, product, rows: 0..<product.input.vertical.outputs, pixels: 0..<outputs, tapRow: row,
              tapColumn: column, inside: masks, channel: channel)
          }
        }
      }
    }
  }
}

/// All channels of some pixels of a row at a time, and so in the order of addresses, in which memory is fastest, asking for
/// each row before it is read.
private func accumulateRows<let pixels: Int, let taps: Int, let step: Int, let rows: Int>(
  _ tile: DepthwiseTile<pixels, taps, step>, _ zero: TapSums<rows, taps>, _ product: DepthwiseGradientProduct,
  tapColumn: Int, inside masks: UnsafePointer<UInt32>
) {
  let (input, vertical, horizontal) = (product.input, product.input.vertical, product.input.horizontal)
  for row in 0..<vertical.outputs {
    for pixel in stride(from: 0, to: horizontal.outputs, by: 4 * pixels) {
      let run = pixel..<min(pixel + 4 * pixels, horizontal.outputs)
      let (nextRow, firstPixel) = (
        vertical.start + (row + 1) * vertical.step, horizontal.start + pixel * horizontal.step
      )
      let values = input.values + nextRow * input.rowStride + firstPixel * input.pixelStride
      let gradient = product.outputGradient + (row + 1) * product.gradientRow + pixel * product.gradientPixel
      for channel in stride(from: 0, to: product.channels, by: laneCount) {
        input.fetchNewRows(values + channel, outputs: run.count)
        fetch(gradient + channel, pixels: run.count, stride: product.gradientPixel)
        for tapRow in stride(from: 0, to: vertical.taps, by: rows) {
          accumulateTaps(
            tile, zero, product, rows: row..<row + 1, pixels: run, tapRow: tapRow, tapColumn: tapColumn, inside: masks,
            channel: channel)
        }
      }
    }
  }
}

/// Some neighbouring taps, summed over a rectangle of outputs.
@inline(__always)
private func accumulateTaps<let pixels: Int, let taps: Int, let step: Int, let rows: Int>(
  _ tile: DepthwiseTile<pixels, taps, step>, _ zero: TapSums<rows, taps>, _ product: DepthwiseGradientProduct,
  rows outputRows: Range<Int>, pixels outputPixels: Range<Int>, tapRow: Int, tapColumn: Int,
  inside masks: UnsafePointer<UInt32>, channel: Int
) {
  var sums = zero
  let (vertical, horizontal) = (product.input.vertical, product.input.horizontal)
  let pixelStride = taps == 1 ? horizontal.step &* product.input.pixelStride : product.input.pixelStride
  let tapRowStride = vertical.spacing &* product.input.rowStride
  for row in outputRows {
    let inside = vertical.tapsInside(output: row)
    let firstRow = vertical.start + row * vertical.step + tapRow * vertical.spacing
    let firstPixel = horizontal.start + tapColumn * horizontal.spacing
    let values =
      product.input.values + firstRow * product.input.rowStride + firstPixel * product.input.pixelStride + channel
    let gradient = product.outputGradient + row * product.gradientRow + channel
    for pixel in stride(from: outputPixels.lowerBound, to: outputPixels.upperBound, by: pixels) {
      let mask = masks[pixel / pixels]
      var factors = InlineArray<pixels, Lanes>(repeating: .zero)
      for index in 0..<pixels where pixel + index < horizontal.outputs {
        factors[unchecked: index] = load(gradient + (pixel &+ index) &* product.gradientPixel)
      }
      let input = values + pixel &* horizontal.step &* product.input.pixelStride
      straight(rows) { row in
        if tapRow &+ row >= inside.lowerBound && tapRow &+ row < inside.upperBound {
          let input = input + row &* tapRowStride
          straight(DepthwiseTile<pixels, taps, step>.span) { source in
            if mask & (1 &<< UInt32(truncatingIfNeeded: source)) != 0 {
              let value = load(input + source &* pixelStride)
              DepthwiseTile<pixels, taps, step>.forEachPair(at: source) { pixel, tap in
                sums[unchecked: row][unchecked: tap] = multiplyAdd(
                  sums[unchecked: row][unchecked: tap], value, factors[unchecked: pixel])
              }
            }
          }
        }
      }
    }
  }
  straight(rows) { row in
    if tapRow + row < vertical.taps {
      straight(taps) { tap in
        let offset = (tapRow &+ row) &* product.sumsRow &+ (tapColumn &+ tap) &* product.sumsColumn
        let place = product.sums + offset + channel
        store(load(place) + sums[unchecked: row][unchecked: tap], place)
      }
    }
  }
}
