import VectorKernels

// A line of 16 channels in registers, and how many taps of it the registers hold as sums.
#if AVX512
private typealias TapSums<let taps: Int> = TileSums<taps, 1>
private let tapsPerTile = 9
#elseif AVX2
private typealias TapSums<let taps: Int> = TileSums<taps, 2>
private let tapsPerTile = 5
#elseif arch(arm64)
private typealias TapSums<let taps: Int> = TileSums<taps, 4>
private let tapsPerTile = 5
#else
private typealias TapSums<let taps: Int> = TileSums<taps, 4>
private let tapsPerTile = 2
#endif

extension Level {
  package func accumulateDepthwiseGradient(_ product: DepthwiseGradientProduct) {
    for channel in stride(from: 0, to: product.channels, by: channelsPerLine) {
      accumulateLine(product, channel: channel)
    }
  }
}

/// One line of channels, in groups of nearly as many taps.
private func accumulateLine(_ product: DepthwiseGradientProduct, channel: Int) {
  guard let taps = product.taps.baseAddress else { return }
  let groups = (product.taps.count + tapsPerTile - 1) / tapsPerTile
  for group in 0..<groups {
    let (start, end) = (product.taps.count * group / groups, product.taps.count * (group + 1) / groups)
    switch end - start {
    case 1: run(TapSums<1>(repeating: .init(repeating: .zero)), start)
    case 2: run(TapSums<2>(repeating: .init(repeating: .zero)), start)
    #if AVX512 || AVX2 || arch(arm64)
    case 3: run(TapSums<3>(repeating: .init(repeating: .zero)), start)
    case 4: run(TapSums<4>(repeating: .init(repeating: .zero)), start)
    case 5: run(TapSums<5>(repeating: .init(repeating: .zero)), start)
    #endif
    #if AVX512
    case 6: run(TapSums<6>(repeating: .init(repeating: .zero)), start)
    case 7: run(TapSums<7>(repeating: .init(repeating: .zero)), start)
    case 8: run(TapSums<8>(repeating: .init(repeating: .zero)), start)
    case 9: run(TapSums<9>(repeating: .init(repeating: .zero)), start)
    #endif
    default: preconditionFailure("a group has 1 to \(tapsPerTile) taps, not \(end - start)")
    }
  }

  @inline(__always)
  func run<let count: Int, let width: Int>(_ zero: TileSums<count, width>, _ start: Int) {
    accumulateTaps(zero, product, taps: taps + start, channel: channel)
  }
}

@inline(__always)
private func accumulateTaps<let count: Int, let width: Int>(
  _ zero: TileSums<count, width>, _ product: DepthwiseGradientProduct, taps: UnsafePointer<DepthwiseTap>, channel: Int
) {
  var sums = zero
  var offsets = InlineArray<count, Int>(repeating: 0)
  unrolled(count) { offsets[unchecked: $0] = taps[$0].input }
  let line = channel / channelsPerLine
  for row in 0..<product.rows {
    var input = product.input + line * product.inputLine + row * product.inputRow
    var gradient = product.outputGradient + line * product.gradientLine + row * product.gradientRow
    for _ in 0..<product.pixels {
      for column in 0..<width {
        let factor = load(gradient + column &* laneCount)
        unrolled(count) { tap in
          let value = load(input + offsets[unchecked: tap] + column &* laneCount)
          sums[unchecked: column][unchecked: tap] = multiplyAdd(sums[unchecked: column][unchecked: tap], value, factor)
        }
      }
      input += product.inputPixel
      gradient += product.gradientPixel
    }
  }
  unrolled(count) { tap in
    let place = product.sums + taps[tap].weight + channel
    for column in 0..<width {
      let part = place + column &* laneCount
      store(load(part) + sums[unchecked: column][unchecked: tap], part)
    }
  }
}
