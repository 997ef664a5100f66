import Images

extension Image {
  /// Convolves the image with a kernel, with reflection padding that does not repeat the border pixels.
  package func blurred(by kernel: BlurKernel) -> Image {
    let source = MirroredRows(self, margin: kernel.size / 2)
    let taps = BlurTaps(kernel, channels: channels, rowSize: source.rowSize)
    let rowSize = width * channels
    let blurred = [Float](unsafeUninitializedCapacity: pixels.count) { target, initializedCount in
      source.samples.withUnsafeBytes { samples in
        for y in 0..<height {
          for x in stride(from: 0, to: rowSize, by: MirroredRows.slack) {
            let sum = taps.sum(samples, at: y * source.rowSize + x)
            let count = min(MirroredRows.slack, rowSize - x)
            for i in 0..<count { target[y * rowSize + x + i] = sum[i] }
          }
        }
      }
      initializedCount = pixels.count
    }
    return Image(width: width, height: height, channels: channels, pixels: blurred, bitDepth: bitDepth)
  }
}

/// An image with reflection padding.
private struct MirroredRows {
  /// Values past the end that vectors may load but nothing depends on.
  static let slack = 16

  let rowSize: Int
  let samples: [Float]

  init(_ image: Image, margin: Int) {
    let (width, channels) = (image.width, image.channels)
    let columns = (-margin..<width + margin).map { Self.mirrored($0, size: width) * channels }
    rowSize = columns.count * channels
    let count = rowSize * (image.height + 2 * margin)
    samples = [Float](unsafeUninitializedCapacity: count + Self.slack) { target, initializedCount in
      var next = 0
      image.pixels.withUnsafeBufferPointer { pixels in
        for row in -margin..<image.height + margin {
          let start = Self.mirrored(row, size: image.height) * width * channels
          for column in columns {
            for channel in 0..<channels {
              target[next] = pixels[start + column + channel]
              next += 1
            }
          }
        }
      }
      for i in count..<count + Self.slack { target[i] = 0 }
      initializedCount = count + Self.slack
    }
  }

  /// Maps positions from -2 upwards to 2, 1, 0, 1, …, size - 2, size - 1, size - 2, …
  private static func mirrored(_ position: Int, size: Int) -> Int {
    guard size > 1 else { return 0 }
    let period = 2 * (size - 1)
    let phase = ((position % period) + period) % period
    return min(phase, period - phase)
  }
}

/// A kernel's weights, each with the byte offset of the pixels that it weighs.
private struct BlurTaps {
  private let taps: [(offset: Int, weight: Float)]

  /// Weights below this are invisible at 16 bits, even if all of them are dropped.
  private static let leastWeight: Float = 1e-8

  init(_ kernel: BlurKernel, channels: Int, rowSize: Int) {
    taps = kernel.weights.enumerated().compactMap { index, weight in
      guard abs(weight) >= Self.leastWeight else { return nil }
      let (y, x) = index.quotientAndRemainder(dividingBy: kernel.size)
      return ((y * rowSize + x * channels) * MemoryLayout<Float>.stride, weight)
    }
  }

  func sum(_ samples: UnsafeRawBufferPointer, at position: Int) -> SIMD16<Float> {
    var sum = SIMD16<Float>.zero
    let start = position * MemoryLayout<Float>.stride
    taps.withUnsafeBufferPointer { taps in
      for tap in taps {
        sum += tap.weight * samples.loadUnaligned(fromByteOffset: start + tap.offset, as: SIMD16<Float>.self)
      }
    }
    return sum
  }
}
