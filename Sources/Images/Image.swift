/// A picture in memory: rows from the top, samples interleaved, values from 0 (black, transparent) to 1.
public struct Image: Sendable, Equatable {
  /// The depth that samples had in their file and get in a PNG; pixels are not rounded to it before they are written.
  public enum BitDepth: Int, Sendable {
    case eight = 8
    case sixteen = 16

    var largestSample: Float { self == .eight ? 255 : 65535 }
  }

  public let width: Int
  public let height: Int
  /// 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha; alpha is not multiplied in.
  public let channels: Int
  public var bitDepth: BitDepth
  /// `height * width * channels` values in 0...1.
  public let pixels: [Float]
  public var metadata: ImageMetadata

  public init(
    width: Int, height: Int, channels: Int, pixels: [Float], bitDepth: BitDepth = .eight,
    metadata: ImageMetadata = ImageMetadata()
  ) {
    precondition(width > 0 && height > 0, "an image cannot be \(width)x\(height)")
    precondition((1...4).contains(channels), "an image cannot have \(channels) channels")
    precondition(
      pixels.count == width * height * channels,
      "\(pixels.count) values do not fill an image of \(width)x\(height) pixels with \(channels) channels")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
    self.bitDepth = bitDepth
    self.metadata = metadata
  }

  public var hasAlpha: Bool { channels == 2 || channels == 4 }

  /// The channels besides alpha: 1 gray, 3 RGB.
  public var colorChannels: Int { channels < 3 ? 1 : 3 }

  /// The same depth and metadata with other pixels.
  func with(width: Int? = nil, height: Int? = nil, channels: Int? = nil, pixels: [Float]) -> Image {
    var metadata = metadata
    if width != nil || height != nil { metadata.wideColors = nil }
    return Image(
      width: width ?? self.width, height: height ?? self.height, channels: channels ?? self.channels, pixels: pixels,
      bitDepth: bitDepth, metadata: metadata)
  }
}

extension Float {
  /// In 0...1; 0 for what is not a number.
  var clampedToUnit: Float { self > 0 ? (self < 1 ? self : 1) : 0 }
}
