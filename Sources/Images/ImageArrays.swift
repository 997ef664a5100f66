import Tensors

extension Image {
  /// What networks take: `[1, height, width, channels]` in -1...1. Alpha is left out.
  ///
  /// - Parameter channels: 3, gray being repeated, or 1, colours becoming their luma.
  public func array(channels newChannels: Int = 3) -> NDArray {
    precondition(
      newChannels == 1 || newChannels == 3, "an image becomes an array of 1 or 3 channels, not \(newChannels)")
    let count = width * height
    let isGray = colorChannels == 1
    return NDArray(shape: [1, height, width, newChannels]) { target in
      pixels.withUnsafeBufferPointer { source in
        for i in 0..<count {
          let pixel = i * channels
          if newChannels == 3 {
            for channel in 0..<3 { target[3 * i + channel] = 2 * source[isGray ? pixel : pixel + channel] - 1 }
          } else {
            let value = isGray ? source[pixel] : Self.luma(source[pixel], source[pixel + 1], source[pixel + 2])
            target[i] = 2 * value - 1
          }
        }
      }
    }
  }

  /// One image of an array `[N, height, width, 1 or 3]` in -1...1; values beyond are clamped.
  public init(array: NDArray, index: Int = 0, metadata: ImageMetadata = ImageMetadata()) {
    precondition(
      array.shape.rank == 4 && (array.shape[3] == 1 || array.shape[3] == 3),
      "an array of shape \(array.shape) is no batch of images: it should be [N, height, width, 1 or 3]")
    precondition((0..<array.shape[0]).contains(index), "there is no image \(index) in an array of shape \(array.shape)")
    let count = array.shape[1] * array.shape[2] * array.shape[3]
    let pixels = array.withHostMemory { values in
      values[index * count..<(index + 1) * count].map { (0.5 * ($0 + 1)).clampedToUnit }
    }
    self.init(
      width: array.shape[2], height: array.shape[1], channels: array.shape[3], pixels: pixels, metadata: metadata)
  }
}
