import VectorKernels

// A line of 16 channels in registers, and how many neighbouring pixels of it the registers hold as sums.
#if AVX512
private typealias PixelSums<let pixels: Int> = TileSums<pixels, 1>
private let pixelsPerTile = 14
#elseif AVX2
private typealias PixelSums<let pixels: Int> = TileSums<pixels, 2>
private let pixelsPerTile = 5
#elseif arch(arm64)
private typealias PixelSums<let pixels: Int> = TileSums<pixels, 4>
private let pixelsPerTile = 5
#else
private typealias PixelSums<let pixels: Int> = TileSums<pixels, 4>
private let pixelsPerTile = 2
#endif

extension Level {
  package func convolveDepthwise(_ product: DepthwiseProduct) {
    for channel in stride(from: 0, to: product.channels, by: channelsPerLine) {
      let tiles = (product.pixels + pixelsPerTile - 1) / pixelsPerTile
      for tile in 0..<tiles {
        let pixels = product.pixels * tile / tiles..<product.pixels * (tile + 1) / tiles
        convolveColumn(product, channel: channel, pixels: pixels)
      }
    }
  }
}

/// A tile of one line of channels in every row: what neighbouring rows share stays in the nearest cache.
private func convolveColumn(_ product: DepthwiseProduct, channel: Int, pixels: Range<Int>) {
  var input = product.input + channel / channelsPerLine * product.inputLine + pixels.lowerBound * product.inputPixel
  var output = product.output + channel + pixels.lowerBound * product.outputPixel
  for _ in 0..<product.rows {
    switch pixels.count {
    case 1: run(PixelSums<1>(repeating: .init(repeating: .zero)))
    case 2: run(PixelSums<2>(repeating: .init(repeating: .zero)))
    #if AVX512 || AVX2 || arch(arm64)
    case 3: run(PixelSums<3>(repeating: .init(repeating: .zero)))
    case 4: run(PixelSums<4>(repeating: .init(repeating: .zero)))
    case 5: run(PixelSums<5>(repeating: .init(repeating: .zero)))
    #endif
    #if AVX512
    case 6: run(PixelSums<6>(repeating: .init(repeating: .zero)))
    case 7: run(PixelSums<7>(repeating: .init(repeating: .zero)))
    case 8: run(PixelSums<8>(repeating: .init(repeating: .zero)))
    case 9: run(PixelSums<9>(repeating: .init(repeating: .zero)))
    case 10: run(PixelSums<10>(repeating: .init(repeating: .zero)))
    case 11: run(PixelSums<11>(repeating: .init(repeating: .zero)))
    case 12: run(PixelSums<12>(repeating: .init(repeating: .zero)))
    case 13: run(PixelSums<13>(repeating: .init(repeating: .zero)))
    case 14: run(PixelSums<14>(repeating: .init(repeating: .zero)))
    #endif
    default: preconditionFailure("a tile has 1 to \(pixelsPerTile) pixels, not \(pixels.count)")
    }
    input += product.inputRow
    output += product.outputRow
  }

  @inline(__always)
  func run<let pixels: Int, let width: Int>(_ zero: TileSums<pixels, width>) {
    convolveTile(zero, product, channel: channel, input: input, output: output)
  }
}

@inline(__always)
private func convolveTile<let pixels: Int, let width: Int>(
  _ zero: TileSums<pixels, width>, _ product: DepthwiseProduct, channel: Int, input: UnsafePointer<Float>,
  output: UnsafeMutablePointer<Float>
) {
  var sums = zero
  let (inputPixel, weight) = (product.inputPixel, product.weight + channel)
  if let bias = product.bias {
    for column in 0..<width {
      let value = load(bias + channel + column &* laneCount)
      unrolled(pixels) { sums[unchecked: column][unchecked: $0] = value }
    }
  }
  for tap in product.taps {
    let (input, weight) = (input + tap.input, weight + tap.weight)
    for column in 0..<width {
      let factor = load(weight + column &* laneCount)
      unrolled(pixels) { pixel in
        let value = load(input + pixel &* inputPixel + column &* laneCount)
        sums[unchecked: column][unchecked: pixel] = multiplyAdd(
          sums[unchecked: column][unchecked: pixel], value, factor)
      }
    }
  }
  if product.channels - channel >= channelsPerLine {
    unrolled(pixels) { pixel in
      for column in 0..<width {
        store(
          sums[unchecked: column][unchecked: pixel], output + pixel &* product.outputPixel + column &* laneCount)
      }
    }
  } else {
    writePart(sums, to: output, pixelStride: product.outputPixel, channels: product.channels - channel)
  }
}

/// Writes the first channels of a line that the output has in part.
@inline(__always)
private func writePart<let pixels: Int, let width: Int>(
  _ sums: TileSums<pixels, width>, to output: UnsafeMutablePointer<Float>, pixelStride: Int, channels: Int
) {
  withUnsafeTemporaryAllocation(of: Lanes.self, capacity: pixels * width) { whole in
    let whole = whole.baseAddress.unsafelyUnwrapped
    unrolled(pixels) { pixel in
      for column in 0..<width { whole[pixel &* width &+ column] = sums[unchecked: column][unchecked: pixel] }
    }
    let values = UnsafeRawPointer(whole).assumingMemoryBound(to: Float.self)
    for pixel in 0..<pixels {
      (output + pixel * pixelStride).update(from: values + pixel * width * laneCount, count: channels)
    }
  }
}
