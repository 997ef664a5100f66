import Threads

/// The sizes of pooling over square windows: images `[batch, height, width, channels]` to
/// `[batch, outputHeight, outputWidth, channels]`. Windows start `padding` before the image.
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

/// Where the largest value of each window stands, and moves of values from there and to there.
enum MaximumPooling {
  /// What lies outside of an image is never the largest. `places[i]` is the position within its image of the value that
  /// output `i` takes on.
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

  /// `input[places[i]] += output[i]`, image by image, from zero.
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
