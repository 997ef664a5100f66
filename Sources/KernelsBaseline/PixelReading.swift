import CProcessor
import VectorKernels

extension Level {
  package func read(_ read: PixelRead) {
    for row in 0..<read.rows.count {
      let target = read.target + row * read.targetRow
      let sourceRow = Int(read.rows[row])
      var channel = 0
      for part in read.parts {
        if sourceRow < 0 {
          clear(target + channel, columns: read.columns.count, stride: read.targetPixel, channels: part.channels)
        } else {
          readRow(
            part, part.image + sourceRow * read.sourceWidth * part.pixelStride, read.columns, into: target + channel,
            stride: read.targetPixel)
        }
        channel += part.channels
      }
    }
  }
}

private func clear(_ target: UnsafeMutablePointer<Float>, columns: Int, stride: Int, channels: Int) {
  for column in 0..<columns { (target + column * stride).update(repeating: 0, count: channels) }
}

private func readRow(
  _ part: PixelPart, _ source: UnsafePointer<Float>, _ columns: UnsafeBufferPointer<Int32>,
  into target: UnsafeMutablePointer<Float>, stride: Int
) {
  let isCopy =
    part.mean == nil && part.slope == 1 && part.slopes == nil && part.ceiling == .infinity && part.factor == 1
  var column = 0
  while column < columns.count {
    let first = Int(columns[column])
    let destination = target + column * stride
    if first < 0 {
      destination.update(repeating: 0, count: part.channels)
      column += 1
      continue
    }
    var count = 1
    while column + count < columns.count, Int(columns[column + count]) == first + count { count += 1 }
    let pixels = source + first * part.pixelStride
    if !isCopy {
      forRuns(of: pixels, stride: part.pixelStride, count: count, channels: part.channels) { first, count in
        transformPixels(
          part, pixels + first &* part.pixelStride, count: count, into: destination + first &* stride, stride: stride)
      }
    } else if part.pixelStride != part.channels {
      forRuns(of: pixels, stride: part.pixelStride, count: count, channels: part.channels) { first, count in
        copyPixels(
          part, pixels + first &* part.pixelStride, count: count, into: destination + first &* stride, stride: stride)
      }
    } else if stride == part.channels {
      destination.update(from: pixels, count: count * part.channels)
    } else {
      for pixel in 0..<count {
        (destination + pixel * stride).update(from: pixels + pixel * part.pixelStride, count: part.channels)
      }
    }
    column += count
  }
}

/// Cuts pixels into runs that stay in the first-level cache while their channels are gone through, a register of them for
/// all pixels at a time, and asks for each run while the one before it is worked on: the processor does not expect reads
/// that are a pixel apart.
@inline(__always)
func forRuns(
  of pixels: UnsafePointer<Float>, stride: Int, count: Int, channels: Int, _ body: (_ first: Int, _ count: Int) -> Void
) {
  let longest = max(1, 2048 / max(1, channels))
  var first = 0
  while first < count {
    let next = first &+ longest
    for pixel in min(next, count)..<min(next &+ longest, count) {
      for channel in Swift.stride(from: 0, to: channels, by: channelsPerLine) {
        fetch_ahead(pixels + pixel &* stride + channel)
      }
    }
    body(first, min(longest, count &- first))
    first = next
  }
}

/// Copies some channels of a run of neighbouring pixels.
private func copyPixels(
  _ part: PixelPart, _ pixels: UnsafePointer<Float>, count: Int, into target: UnsafeMutablePointer<Float>, stride: Int
) {
  let whole = part.channels / laneCount * laneCount
  for channel in Swift.stride(from: 0, to: whole, by: laneCount) {
    let (source, destination) = (pixels + channel, target + channel)
    for pixel in 0..<count { store(load(source + pixel &* part.pixelStride), destination + pixel &* stride) }
  }
  for channel in whole..<part.channels {
    for pixel in 0..<count { target[pixel * stride + channel] = pixels[pixel * part.pixelStride + channel] }
  }
}

/// Normalises and rectifies a run of neighbouring pixels.
private func transformPixels(
  _ part: PixelPart, _ pixels: UnsafePointer<Float>, count: Int, into target: UnsafeMutablePointer<Float>, stride: Int
) {
  let whole = part.channels / laneCount * laneCount
  let factor = Lanes(repeating: part.factor)
  var channel = 0
  while channel < whole {
    let mean = part.mean.map { load($0 + channel) } ?? .zero
    let scale = part.scale.map { load($0 + channel) } ?? Lanes(repeating: 1)
    let slope = part.slopes.map { load($0 + channel) } ?? Lanes(repeating: part.slope)
    let (source, destination) = (pixels + channel, target + channel)
    if part.ceiling < .infinity {
      let ceiling = Lanes(repeating: part.ceiling)
      for pixel in 0..<count {
        let value = rectified((load(source + pixel &* part.pixelStride) - mean) * scale, slope)
        store(factor * value.replacing(with: ceiling, where: value .> ceiling), destination + pixel &* stride)
      }
    } else {
      for pixel in 0..<count {
        let value = (load(source + pixel &* part.pixelStride) - mean) * scale
        store(factor * rectified(value, slope), destination + pixel &* stride)
      }
    }
    channel += laneCount
  }
  while channel < part.channels {
    let (mean, scale) = (part.mean?[channel] ?? 0, part.scale?[channel] ?? 1)
    let slope = part.slopes?[channel] ?? part.slope
    for pixel in 0..<count {
      let value = (pixels[pixel * part.pixelStride + channel] - mean) * scale
      target[pixel * stride + channel] = part.factor * min(value > 0 ? value : value * slope, part.ceiling)
    }
    channel += 1
  }
}
