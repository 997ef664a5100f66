import Images
import Threads

/// Mixes a result with the one before, at any size.
struct ResultMixing {
  let steadiness: Steadiness
  let sameness: Sameness
  /// Of the same size as what it is mixed with.
  let last: Image

  /// Below this share, nothing is mixed.
  private static let leastShare: Float = 1.0 / 256

  func mixed(_ result: Image) -> Image {
    let (width, height, channels) = (result.width, result.height, result.channels)
    let (rows, columns, certainty) = (sameness.motion.rows, sameness.motion.columns, sameness.certainty)
    let (scaleY, scaleX) = (Float(height) / Float(certainty.height), Float(width) / Float(certainty.width))
    let gain = steadiness.likeness == .none ? 1 : sameness.gain
    let keepsLightness = steadiness.likeness == .lightness && channels == 3
    let pixels = rows.values.withUnsafeBufferPointer { rows in
      columns.values.withUnsafeBufferPointer { columns in
        certainty.values.withUnsafeBufferPointer { certainties in
          result.pixels.withUnsafeBufferPointer { own in
            last.pixels.withUnsafeBufferPointer { last in
              Plane(width: width * channels, height: height) { row, target in
                let y = (Float(row) + 0.5) / scaleY - 0.5
                for column in 0..<width {
                  let x = (Float(column) + 0.5) / scaleX - 0.5
                  let place = Place(row: y, column: x, width: certainty.width, height: certainty.height)
                  let share = steadiness.share * place.value(certainties)
                  let first = row * width * channels + column * channels
                  guard share >= Self.leastShare else {
                    for channel in 0..<channels { target[column * channels + channel] = own[first + channel] }
                    continue
                  }
                  let cubic = CubicPlace(
                    row: Float(row) + place.value(rows) * scaleY, column: Float(column) + place.value(columns) * scaleX,
                    width: width, height: height, channels: channels)
                  for channel in 0..<channels {
                    let value = own[first + channel]
                    let carried = gain * cubic.value(last, channel)
                    target[column * channels + channel] = value + share * (carried - value)
                  }
                  if keepsLightness {
                    let start = column * channels
                    let change =
                      0.299 * (own[first] - target[start]) + 0.587 * (own[first + 1] - target[start + 1])
                      + 0.114 * (own[first + 2] - target[start + 2])
                    for channel in 0..<channels { target[start + channel] += change }
                  }
                  for channel in 0..<channels {
                    let index = column * channels + channel
                    target[index] = min(max(target[index], 0), 1)
                  }
                }
              }
            }
          }
        }
      }
    }.values
    return Image(
      width: width, height: height, channels: channels, pixels: pixels, bitDepth: result.bitDepth,
      metadata: result.metadata)
  }
}

/// A place between 16 pixels, for Catmull and Rom's cubic interpolation (Keys 1981), which blurs little when it is
/// repeated; outside, the border's values count.
private struct CubicPlace {
  private let rows: SIMD4<Int32>, columns: SIMD4<Int32>
  private let rowWeights: SIMD4<Float>, columnWeights: SIMD4<Float>

  @inline(__always)
  init(row: Float, column: Float, width: Int, height: Int, channels: Int) {
    func places(_ position: Float, _ count: Int, _ step: Int) -> (SIMD4<Int32>, SIMD4<Float>) {
      let position = min(max(position, 0), Float(count - 1))
      let start = position.rounded(.down)
      let x = position - start
      let indices = SIMD4<Int32>(-1, 0, 1, 2) &+ Int32(start)
      let clamped = indices.clamped(
        lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(repeating: Int32(count - 1)))
      let weights = SIMD4<Float>(
        ((-0.5 * x + 1) * x - 0.5) * x, (1.5 * x - 2.5) * x * x + 1, ((-1.5 * x + 2) * x + 0.5) * x,
        (0.5 * x - 0.5) * x * x)
      return (clamped &* Int32(step), weights)
    }
    (rows, rowWeights) = places(row, height, width * channels)
    (columns, columnWeights) = places(column, width, channels)
  }

  @inline(__always)
  func value(_ values: UnsafeBufferPointer<Float>, _ channel: Int) -> Float {
    var sum: Float = 0
    for i in 0..<4 {
      let start = Int(rows[i]) + channel
      let line = SIMD4(
        values[start + Int(columns[0])], values[start + Int(columns[1])], values[start + Int(columns[2])],
        values[start + Int(columns[3])])
      sum += rowWeights[i] * (line * columnWeights).sum()
    }
    return sum
  }
}
