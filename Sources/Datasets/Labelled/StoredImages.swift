import Images

/// Images of one size in memory, as files that hold many of them are read.
struct StoredImages: Sendable {
  let width: Int, height: Int, channels: Int
  let count: Int
  private let bytes: [UInt8]

  /// - Parameter bytes: of all images, in rows of pixels.
  init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    (self.width, self.height, self.channels, self.bytes) = (width, height, channels, bytes)
    count = bytes.count / (width * height * channels)
  }

  subscript(index: Int) -> Image {
    let size = width * height * channels
    return Image(
      width: width, height: height, channels: channels, bytes: Array(bytes[index * size..<(index + 1) * size]))
  }
}
