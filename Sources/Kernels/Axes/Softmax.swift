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
        let sum = exponentials(of: values, minus: largest, count: channels, into: result)
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

  /// Returns their sum.
  private static func exponentials(
    of values: UnsafePointer<Float>, minus largest: Float, count: Int, into result: UnsafeMutablePointer<Float>
  ) -> Float {
    InstructionSet.kernels.exponentiate(values, minus: largest, count: count, into: result)
    // The sum is the same for every instruction set.
    var sums = SIMD16<Float>.zero
    let whole = count & ~15
    for start in stride(from: 0, to: whole, by: 16) {
      sums += UnsafeRawPointer(result + start).loadUnaligned(as: SIMD16<Float>.self)
    }
    for index in whole..<count { sums[index - whole] += result[index] }
    return sums.sum()
  }
}
