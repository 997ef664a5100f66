import Threads

/// The sizes of pooling over square windows: images `[batch, height, width, channels]` to
/// `[batch, outputHeight, outputWidth, channels]`. The first window starts `padding` pixels outside the image.
package struct PoolingGeometry: Hashable, Sendable {
  package var batch: Int, height: Int, width: Int, channels: Int
  package var window: Int, stride: Int, padding: Int

  package init(batch: Int, height: Int, width: Int, channels: Int, window: Int, stride: Int, padding: Int) {
    self.batch = batch
    self.height = height
    self.width = width
    self.channels = channels
    self.window = window
    self.stride = stride
    self.padding = padding
  }

  package var outputHeight: Int { (height + 2 * padding - window) / stride + 1 }
  package var outputWidth: Int { (width + 2 * padding - window) / stride + 1 }
  package var inputImageCount: Int { height * width * channels }
  package var outputImageCount: Int { outputHeight * outputWidth * channels }
}

/// Finds the position of the largest value in each window, and gathers from and scatters to these positions.
enum MaximumPooling {
  /// `places[i]` becomes the index, in its image, of the value that output `i` takes. Padding is never the largest.
  static func findPlaces(
    _ pooling: PoolingGeometry, input: UnsafePointer<Float>, places: UnsafeMutablePointer<Int32>
  ) {
    let (width, channels) = (pooling.width, pooling.channels)
    func covered(_ output: Int, size: Int) -> Range<Int> {
      let start = output * pooling.stride - pooling.padding
      return max(0, start)..<min(size, start + pooling.window)
    }
    ThreadPool.run(count: pooling.batch * pooling.outputHeight) { index in
      let (image, outputRow) = index.quotientAndRemainder(dividingBy: pooling.outputHeight)
      let source = input + image * pooling.inputImageCount
      let rows = covered(outputRow, size: pooling.height)
      for outputColumn in 0..<pooling.outputWidth {
        let target = places + (index * pooling.outputWidth + outputColumn) * channels
        let columns = covered(outputColumn, size: width)
        for channel in 0..<channels {
          var best = (rows.lowerBound * width + columns.lowerBound) * channels + channel
          for row in rows {
            for column in columns {
              let candidate = (row * width + column) * channels + channel
              if source[candidate] > source[best] { best = candidate }
            }
          }
          target[channel] = Int32(best)
        }
      }
    }
  }

  /// Sets `input` to zero, then `input[places[i]] += output[i]`, image by image.
  static func scatter(
    _ pooling: PoolingGeometry, places: UnsafePointer<Int32>, output: UnsafePointer<Float>,
    into input: UnsafeMutablePointer<Float>
  ) {
    let (inputCount, outputCount) = (pooling.inputImageCount, pooling.outputImageCount)
    ThreadPool.run(count: pooling.batch) { image in
      let target = input + image * inputCount
      target.update(repeating: 0, count: inputCount)
      for i in image * outputCount..<(image + 1) * outputCount { target[Int(places[i])] += output[i] }
    }
  }

  /// `output[i] = input[places[i]]`, image by image.
  static func gather(
    _ pooling: PoolingGeometry, places: UnsafePointer<Int32>, input: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    let (inputCount, outputCount) = (pooling.inputImageCount, pooling.outputImageCount)
    ThreadPool.run(count: pooling.batch) { image in
      let source = input + image * inputCount
      for i in image * outputCount..<(image + 1) * outputCount { output[i] = source[Int(places[i])] }
    }
  }
}
