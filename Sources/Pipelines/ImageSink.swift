import Images

/// Takes an image in parts as they are computed: row of parts after row of parts from the top, each from the left.
public protocol ImageSink: AnyObject {
  /// Says before a long computation what it is going to take.
  func expect(_ estimate: ComputationEstimate)

  /// Comes before the first part. Throws where the image cannot be taken.
  func begin(_ header: ImageHeader) throws

  /// The next part, as high as those beside it.
  func append(_ part: Image) throws

  /// Says between two parts how much of the work is done, 0...1. Throws where the work is to end here.
  func advance(to fraction: Double) throws
}

extension ImageSink {
  public func expect(_ estimate: ComputationEstimate) {}

  /// A whole image in one part.
  public func write(_ image: Image) throws {
    try begin(image.header)
    try append(image)
  }
}

/// Puts the parts together in memory.
final class ImageCanvas: ImageSink {
  private var header = ImageHeader(width: 0, height: 0, channels: 1)
  private var pixels: [Float] = []
  private var (x, y) = (0, 0)

  func begin(_ header: ImageHeader) {
    self.header = header
    pixels = Array(repeating: 0, count: header.width * header.height * header.channels)
  }

  func append(_ part: Image) {
    let channels = header.channels
    precondition(
      part.channels == channels && x + part.width <= header.width && y + part.height <= header.height,
      "a part of \(part.width)x\(part.height)x\(part.channels) at (\(x), \(y)) lies outside of the image")
    let count = part.width * channels
    for row in 0..<part.height {
      let start = ((y + row) * header.width + x) * channels
      pixels.replaceSubrange(start..<start + count, with: part.pixels[row * count..<(row + 1) * count])
    }
    x += part.width
    if x == header.width { (x, y) = (0, y + part.height) }
  }

  func advance(to fraction: Double) {}

  /// To be read after the last part.
  var image: Image {
    Image(
      width: header.width, height: header.height, channels: header.channels, pixels: pixels, bitDepth: header.bitDepth,
      metadata: header.metadata)
  }
}
