/// A picture in memory: rows from the top, samples interleaved, values from 0 (black, transparent) to 1.
public struct Image: Sendable, Equatable {
  /// The depth of samples in the file that an image was read from and in PNG files written from it. Pixels in memory
  /// are not rounded to it.
  public enum BitDepth: Int, Sendable {
    case eight = 8
    case sixteen = 16

    var largestSample: Float { self == .eight ? 255 : 65535 }
  }

  public let width: Int
  public let height: Int
  /// 1 for gray, 2 for gray and alpha, 3 for RGB, 4 for RGB and alpha. Alpha is not premultiplied.
  public let channels: Int
  public var bitDepth: BitDepth
  /// `height * width * channels` values in 0...1.
  public let pixels: [Float]
  public var metadata: ImageMetadata

  /// Throws `ImageError.invalid` if a side is below 1, if `channels` is not 1...4, or if `pixels` does not have `height
  /// * width * channels` values.
  public init(_ header: ImageHeader, pixels: [Float]) throws(ImageError) {
    if let obstacle = Self.obstacle(header.width, header.height, header.channels, valueCount: pixels.count) {
      throw .invalid(reason: obstacle)
    }
    self.init(
      width: header.width, height: header.height, channels: header.channels, pixels: pixels, bitDepth: header.bitDepth,
      metadata: header.metadata)
  }

  /// The same without checks, for sizes known to be right.
  package init(
    width: Int, height: Int, channels: Int, pixels: [Float], bitDepth: BitDepth = .eight,
    metadata: ImageMetadata = ImageMetadata()
  ) {
    if let obstacle = Self.obstacle(width, height, channels, valueCount: pixels.count) { preconditionFailure(obstacle) }
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
    self.bitDepth = bitDepth
    self.metadata = metadata
  }

  private static func obstacle(_ width: Int, _ height: Int, _ channels: Int, valueCount: Int) -> String? {
    if let obstacle = ImageHeader(width: width, height: height, channels: channels).obstacle { return obstacle }
    let (rowSize, overflows) = width.multipliedReportingOverflow(by: channels)
    let isFilled = !overflows && valueCount / height == rowSize && valueCount % height == 0
    return isFilled
      ? nil : "\(valueCount) values do not fill an image of \(width)x\(height) pixels with \(channels) channels"
  }

  public var hasAlpha: Bool { channels == 2 || channels == 4 }

  /// The channels besides alpha: 1 gray, 3 RGB.
  public var colorChannels: Int { channels < 3 ? 1 : 3 }

  /// An image with other pixels and this one's depth and metadata.
  func with(width: Int? = nil, height: Int? = nil, channels: Int? = nil, pixels: [Float]) -> Image {
    var metadata = metadata
    if width != nil || height != nil { metadata.wideColors = nil }
    return Image(
      width: width ?? self.width, height: height ?? self.height, channels: channels ?? self.channels, pixels: pixels,
      bitDepth: bitDepth, metadata: metadata)
  }
}

extension Float {
  /// Clamped to 0...1; NaN becomes 0.
  var clampedToUnit: Float { self > 0 ? (self < 1 ? self : 1) : 0 }
}
