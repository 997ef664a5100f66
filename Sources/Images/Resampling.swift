import Threads

extension Image {
  /// The image resized, antialiased when shrinking, like Pillow's `Image.resize` or by another convention.
  ///
  /// At a depth of 8 bits, each of the two passes, horizontal and vertical, rounds and clamps to 8 bits as Pillow and
  /// MATLAB do, and the result matches theirs to within 1/255. At 16 bits nothing is rounded, and the result is clamped
  /// to 0...1. Colours are weighted by their alpha. Sides below 1 count as 1.
  public func resized(
    toWidth newWidth: Int, height newHeight: Int, filter: ResamplingFilter = .bicubic,
    convention: ResamplingConvention = .pillow
  ) -> Image {
    let (newWidth, newHeight) = (max(1, newWidth), max(1, newHeight))
    if newWidth == width && newHeight == height { return self }
    let plan = ResizingPlan(width: newWidth, height: newHeight, filter: filter, convention: convention)
    return hasAlpha ? multipliedByAlpha().resizedAsIs(plan).dividedByAlpha() : resizedAsIs(plan)
  }

  private func resizedAsIs(_ plan: ResizingPlan) -> Image {
    let (newWidth, newHeight, filter, convention) = (plan.width, plan.height, plan.filter, plan.convention)
    let isRounded = bitDepth == .eight
    let resampler = Resampler(channels: channels, isRounded: isRounded)
    let scale: Float = isRounded ? 255 : 1
    var plane = [Float](unsafeUninitializedCapacity: pixels.count + Resampler.slack) { plane, count in
      for (i, value) in pixels.enumerated() {
        plane[i] = isRounded ? (value.clampedToUnit * scale + 0.5).rounded(.down) : value
      }
      for i in pixels.count..<pixels.count + Resampler.slack { plane[i] = 0 }
      count = pixels.count + Resampler.slack
    }
    var (planeWidth, planeHeight) = (width, height)
    func resizeWidth() {
      guard newWidth != width else { return }
      let weights = ResamplingWeights(from: width, to: newWidth, filter: filter, convention: convention)
      plane = resampler.across(plane, width: width, height: planeHeight, weights: weights)
      planeWidth = newWidth
    }
    func resizeHeight() {
      guard newHeight != height else { return }
      let weights = ResamplingWeights(from: height, to: newHeight, filter: filter, convention: convention)
      plane = resampler.down(plane, width: planeWidth, weights: weights)
      planeHeight = newHeight
    }
    if plan.isHeightFirst(width: width, height: height) {
      resizeHeight()
      resizeWidth()
    } else {
      resizeWidth()
      resizeHeight()
    }
    let count = newWidth * newHeight * channels
    // Overshoot affects colours and alpha alike, so their quotient must be taken before clamping.
    let resized = plane[..<count].map { hasAlpha ? $0 / scale : ($0 / scale).clampedToUnit }
    return with(width: newWidth, height: newHeight, pixels: resized)
  }

  func multipliedByAlpha() -> Image {
    mappingPixels(toChannels: channels) { pixel, result in
      let alpha = pixel[channels - 1]
      for channel in 0..<colorChannels { result[channel] = pixel[channel] * alpha }
      result[channels - 1] = alpha
    }
  }

  func dividedByAlpha() -> Image {
    mappingPixels(toChannels: channels) { pixel, result in
      let alpha = pixel[channels - 1]
      for channel in 0..<colorChannels {
        result[channel] = alpha > 0 ? (pixel[channel] / alpha).clampedToUnit : 0
      }
      result[channels - 1] = alpha.clampedToUnit
    }
  }
}

/// The parameters of `Image.resized`.
private struct ResizingPlan {
  let width: Int, height: Int
  let filter: ResamplingFilter
  let convention: ResamplingConvention

  /// Because each pass rounds and clamps, their order matters.
  func isHeightFirst(width oldWidth: Int, height oldHeight: Int) -> Bool {
    switch convention {
    // Pillow's rule since version 13.
    case .pillow: oldHeight - height > max(0, 2 * (oldWidth - width))
    // First the axis that shrinks more, the height where both shrink alike.
    case .matlab, .pytorch: height * oldWidth <= width * oldHeight
    }
  }
}

/// The two passes, over rows of interleaved samples; where samples are rounded, they are 0...255.
struct Resampler {
  /// Values past a plane's end that may be read but are not used: three channels are loaded four at a time.
  static let slack = 4

  let channels: Int
  let isRounded: Bool

  /// A pass with fewer multiplications would end before other threads woke up.
  private static let leastParallelWork = 1 << 22
  private static let workPerPiece = 1 << 19

  func across(_ source: [Float], width: Int, height: Int, weights: ResamplingWeights) -> [Float] {
    let newWidth = weights.starts.count
    let valueSize = MemoryLayout<Float>.stride
    let count = newWidth * height * channels
    return [Float](unsafeUninitializedCapacity: count + Self.slack) { target, targetCount in
      let target = target
      for i in count..<count + Self.slack { target[i] = 0 }
      targetCount = count + Self.slack
      source.withUnsafeBytes { source in
        weights.weights.withUnsafeBufferPointer { factors in
          Self.forRows(height, work: newWidth * channels * weights.stride) { y in
            for x in 0..<newWidth {
              let first = (y * width + weights.starts[x]) * channels
              let result = (y * newWidth + x) * channels
              let (start, end) = (x * weights.stride, x * weights.stride + weights.counts[x])
              guard channels >= 3 else {
                for channel in 0..<channels {
                  var sum: Float = 0
                  for i in start..<end {
                    let offset = (first + (i - start) * channels + channel) * valueSize
                    sum += factors[i] * source.load(fromByteOffset: offset, as: Float.self)
                  }
                  target[result + channel] = finished(SIMD4(repeating: sum))[0]
                }
                continue
              }
              var sum = SIMD4<Float>.zero
              for i in start..<end {
                let offset = (first + (i - start) * channels) * valueSize
                sum += factors[i] * source.loadUnaligned(fromByteOffset: offset, as: SIMD4<Float>.self)
              }
              sum = finished(sum)
              for channel in 0..<channels { target[result + channel] = sum[channel] }
            }
          }
        }
      }
    }
  }

  func down(_ source: [Float], width: Int, weights: ResamplingWeights) -> [Float] {
    let newHeight = weights.starts.count
    let rowSize = width * channels
    let valueSize = MemoryLayout<Float>.stride
    let count = rowSize * newHeight
    return [Float](unsafeUninitializedCapacity: count + Self.slack) { target, targetCount in
      let target = target
      for i in count..<count + Self.slack { target[i] = 0 }
      targetCount = count + Self.slack
      source.withUnsafeBytes { source in
        weights.weights.withUnsafeBufferPointer { factors in
          Self.forRows(newHeight, work: rowSize * weights.stride) { y in
            let first = weights.starts[y] * rowSize
            let (start, end) = (y * weights.stride, y * weights.stride + weights.counts[y])
            for x in stride(from: 0, to: rowSize, by: 4) {
              // The last load may reach into the next row, or past the last row into the slack.
              var sum = SIMD4<Float>.zero
              for i in start..<end {
                let offset = (first + (i - start) * rowSize + x) * valueSize
                sum += factors[i] * source.loadUnaligned(fromByteOffset: offset, as: SIMD4<Float>.self)
              }
              sum = finished(sum)
              for i in 0..<min(4, rowSize - x) { target[y * rowSize + x + i] = sum[i] }
            }
          }
        }
      }
    }
  }

  /// If samples are rounded: rounded to the nearest integer, ties up as in Pillow, and clamped to 0...255.
  private func finished(_ sum: SIMD4<Float>) -> SIMD4<Float> {
    guard isRounded else { return sum }
    // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer, ties to even. The 2^-13 makes ties round up,
    // also those that float arithmetic left a little below a half. Shrinking to a quarter gives multiples of 2^-12.
    let lifted = (sum + 0x1p-13).clamped(lowerBound: .zero, upperBound: SIMD4(repeating: 255))
    return (lifted + 0x1.8p23) - 0x1.8p23
  }

  private static func forRows(_ count: Int, work workPerRow: Int, _ body: (Int) -> Void) {
    if count * workPerRow < leastParallelWork {
      for row in 0..<count { body(row) }
      return
    }
    let rowsPerPiece = max(1, workPerPiece / workPerRow)
    ThreadPool.run(count: (count + rowsPerPiece - 1) / rowsPerPiece) { piece in
      for row in piece * rowsPerPiece..<min(count, (piece + 1) * rowsPerPiece) { body(row) }
    }
  }
}
