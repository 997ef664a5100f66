import Threads

/// The largest value in each window of `[batch, height, width, channels]`, and the moves along where it stood.
package enum MaximumPooling {
  /// Windows start `padding` before the image; what lies outside never wins. `indices[i]` is the position of output
  /// value `i` within its input image.
  package static func forward(
    batch: Int, height: Int, width: Int, channels: Int, window: Int, stride: Int, padding: Int,
    outputHeight: Int, outputWidth: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    indices: UnsafeMutablePointer<Int32>
  ) {
    ThreadPool.run(count: batch * outputHeight) { index in
      let (image, outputRow) = index.quotientAndRemainder(dividingBy: outputHeight)
      let source = input + image * height * width * channels
      for outputColumn in 0..<outputWidth {
        let place = (index * outputWidth + outputColumn) * channels
        let rows = max(0, outputRow * stride - padding)..<min(height, outputRow * stride - padding + window)
        let columns = max(0, outputColumn * stride - padding)..<min(width, outputColumn * stride - padding + window)
        for channel in 0..<channels {
          var best = (rows.lowerBound * width + columns.lowerBound) * channels + channel
          for row in rows {
            for column in columns {
              let candidate = (row * width + column) * channels + channel
              if source[candidate] > source[best] { best = candidate }
            }
          }
          output[place + channel] = source[best]
          indices[place + channel] = Int32(best)
        }
      }
    }
  }

  /// `large[indices[i]] += small[i]`, image by image, from zero.
  package static func scatter(
    batch: Int, largeCount: Int, smallCount: Int, indices: UnsafePointer<Int32>, small: UnsafePointer<Float>,
    into large: UnsafeMutablePointer<Float>
  ) {
    ThreadPool.run(count: batch) { image in
      let target = large + image * largeCount
      target.update(repeating: 0, count: largeCount)
      for i in image * smallCount..<(image + 1) * smallCount { target[Int(indices[i])] += small[i] }
    }
  }

  /// `small[i] = large[indices[i]]`, image by image.
  package static func gather(
    batch: Int, largeCount: Int, smallCount: Int, indices: UnsafePointer<Int32>, large: UnsafePointer<Float>,
    into small: UnsafeMutablePointer<Float>
  ) {
    ThreadPool.run(count: batch) { image in
      let source = large + image * largeCount
      for i in image * smallCount..<(image + 1) * smallCount { small[i] = source[Int(indices[i])] }
    }
  }
}
