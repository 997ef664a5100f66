extension Image {
  /// One channel, or two with alpha: the luma of ITU-R BT.601, like Pillow's "L" but not rounded.
  public func grayscale() -> Image {
    guard colorChannels == 3 else { return self }
    return mappingPixels(toChannels: channels - 2) { pixel, result in
      result[0] = Self.luma(pixel[0], pixel[1], pixel[2])
      if hasAlpha { result[1] = pixel[3] }
    }
  }

  static func luma(_ red: Float, _ green: Float, _ blue: Float) -> Float {
    0.299 * red + 0.587 * green + 0.114 * blue
  }

  /// One channel: the luma of ITU-R BT.601 in video range, 16/255 for black to 235/255 for white, not rounded.
  /// Super-resolution is measured on it. Alpha is left out.
  public func videoLuma() -> Image {
    mappingPixels(toChannels: 1) { pixel, result in
      let (red, green, blue) = channels < 3 ? (pixel[0], pixel[0], pixel[0]) : (pixel[0], pixel[1], pixel[2])
      result[0] = (65.481 * red + 128.553 * green + 24.966 * blue + 16) / 255
    }
  }

  /// Three channels, or four with alpha; gray is repeated.
  public func withColors() -> Image {
    guard colorChannels == 1 else { return self }
    return mappingPixels(toChannels: channels + 2) { pixel, result in
      for channel in 0..<3 { result[channel] = pixel[0] }
      if hasAlpha { result[3] = pixel[1] }
    }
  }

  /// Whether every pixel's red, green and blue are equal, or differ by one level of 255 at most, as after compression.
  public var looksGray: Bool {
    guard colorChannels == 3 else { return true }
    let tolerance: Float = 1.01 / 255
    return pixels.withUnsafeBufferPointer { pixels in
      stride(from: 0, to: pixels.count, by: channels).allSatisfy { first in
        let (red, green, blue) = (pixels[first], pixels[first + 1], pixels[first + 2])
        return max(red, green, blue) - min(red, green, blue) <= tolerance
      }
    }
  }

  /// The opacity of every pixel, row by row; nil if the image has no alpha.
  public var alpha: [Float]? {
    guard hasAlpha else { return nil }
    return stride(from: channels - 1, to: pixels.count, by: channels).map { pixels[$0] }
  }

  /// The image without its alpha channel.
  public func withoutAlpha() -> Image {
    guard hasAlpha else { return self }
    return mappingPixels(toChannels: colorChannels) { pixel, result in
      for channel in 0..<result.count { result[channel] = pixel[channel] }
    }
  }

  /// These colours with the alpha of `other`, or without alpha if `other` has none.
  ///
  /// Throws `ImageError.unlike` where `other` has another size.
  public func withAlpha(from other: Image) throws(ImageError) -> Image {
    try requireSameSize(as: other)
    guard let alpha = other.alpha else { return withoutAlpha() }
    return withAlpha(alpha)
  }

  /// These colours with an opacity for every pixel, row by row.
  package func withAlpha(_ alpha: [Float]) -> Image {
    precondition(alpha.count == width * height, "\(alpha.count) values are not alpha for \(width)x\(height) pixels")
    var index = 0
    return mappingPixels(toChannels: colorChannels + 1) { pixel, result in
      for channel in 0..<colorChannels { result[channel] = pixel[channel] }
      result[colorChannels] = alpha[index]
      index += 1
    }
  }

  /// Composited on white; the result has no alpha.
  public func laidOnWhite() -> Image {
    guard hasAlpha else { return self }
    return mappingPixels(toChannels: colorChannels) { pixel, result in
      let alpha = pixel[channels - 1]
      for channel in 0..<result.count { result[channel] = pixel[channel] * alpha + (1 - alpha) }
    }
  }

  /// Calls `body` with each pixel's samples and the buffer for its new ones.
  func mappingPixels(
    toChannels newChannels: Int, _ body: (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void
  ) -> Image {
    let count = width * height
    let mapped = [Float](unsafeUninitializedCapacity: count * newChannels) { target, initializedCount in
      pixels.withUnsafeBufferPointer { source in
        for i in 0..<count {
          body(
            UnsafeBufferPointer(rebasing: source[i * channels..<(i + 1) * channels]),
            UnsafeMutableBufferPointer(rebasing: target[i * newChannels..<(i + 1) * newChannels]))
        }
      }
      initializedCount = count * newChannels
    }
    return with(channels: newChannels, pixels: mapped)
  }
}
