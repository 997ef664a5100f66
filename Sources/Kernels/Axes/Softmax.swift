import Foundation
import Threads

/// Softmax over the last axis of `[rows, channels]`, and its logarithm.
enum Softmax {
  /// The largest value of a row is subtracted first, so that nothing overflows.
  static func apply(
    _ source: UnsafePointer<Float>, rows: Int, channels: Int, isLogarithmic: Bool,
    into target: UnsafeMutablePointer<Float>
  ) {
    let bands = Bands(count: rows, atMost: max(1, (1 << 13) / max(1, channels)))
    ThreadPool.run(count: bands.pieces) { piece in
      for row in bands[piece] {
        let (values, result) = (source + row * channels, target + row * channels)
        var largest = -Float.infinity
        for channel in 0..<channels { largest = max(largest, values[channel]) }
        var sum: Float = 0
        for channel in 0..<channels {
          let exponential = exp(values[channel] - largest)
          sum += exponential
          result[channel] = exponential
        }
        if isLogarithmic {
          let logarithm = log(sum)
          for channel in 0..<channels { result[channel] = values[channel] - largest - logarithm }
        } else {
          let scale = 1 / sum
          for channel in 0..<channels { result[channel] *= scale }
        }
      }
    }
  }
}
