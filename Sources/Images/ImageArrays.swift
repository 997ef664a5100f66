import Tensors

extension Image {
  /// The image as colour networks take it: `[1, height, width, 3]` in `range`. Gray is repeated, alpha is left out.
  public func array(range: ValueRange = .signed) -> NDArray { array(channels: 3, range: range) }

  /// The image as gray networks take it: `[1, height, width, 1]` in `range`. Colours become their luma, alpha is left
  /// out.
  public func lumaArray(range: ValueRange = .signed) -> NDArray { array(channels: 1, range: range) }

  /// `array(range:)` or `lumaArray(range:)`, for 3 channels or 1.
  package func array(channels newChannels: Int, range: ValueRange = .signed) -> NDArray {
    precondition(
      newChannels == 1 || newChannels == 3, "an image becomes an array of 1 or 3 channels, not \(newChannels)")
    let count = width * height
    let isGray = colorChannels == 1
    let (factor, offset) = (range.factor, range.offset)
    return NDArray(shape: [1, height, width, newChannels]) { target in
      pixels.withUnsafeBufferPointer { source in
        for i in 0..<count {
          let pixel = i * channels
          if newChannels == 3 {
            for channel in 0..<3 {
              target[3 * i + channel] = factor * source[isGray ? pixel : pixel + channel] + offset
            }
          } else {
            let value = isGray ? source[pixel] : Self.luma(source[pixel], source[pixel + 1], source[pixel + 2])
            target[i] = factor * value + offset
          }
        }
      }
    }
  }

  /// Image `index` of a batch `[N, height, width, 1 or 3]` with values in `range`, to which they are clamped.
  public init(
    array: NDArray, index: Int = 0, range: ValueRange = .signed, metadata: ImageMetadata = ImageMetadata()
  ) {
    precondition(
      array.shape.rank == 4 && (array.shape[3] == 1 || array.shape[3] == 3),
      "an array of shape \(array.shape) is not a batch of images: it should be [N, height, width, 1 or 3]")
    precondition((0..<array.shape[0]).contains(index), "there is no image \(index) in an array of shape \(array.shape)")
    let count = array.shape[1] * array.shape[2] * array.shape[3]
    let (factor, offset) = (1 / range.factor, range.offset)
    let pixels = array.withHostMemory { values in
      values[index * count..<(index + 1) * count].map { (factor * ($0 - offset)).clampedToUnit }
    }
    self.init(
      width: array.shape[2], height: array.shape[1], channels: array.shape[3], pixels: pixels, metadata: metadata)
  }
}

extension ValueRange {
  /// A value of 0...1 becomes `factor * value + offset`.
  fileprivate var factor: Float { self == .signed ? 2 : 1 }
  fileprivate var offset: Float { self == .signed ? -1 : 0 }
}
