/// Everything about an image except its pixels.
public struct ImageHeader: Sendable, Equatable {
  public var width: Int
  public var height: Int
  /// The same as `Image.channels`.
  public var channels: Int
  public var bitDepth: Image.BitDepth
  public var metadata: ImageMetadata

  public init(
    width: Int, height: Int, channels: Int, bitDepth: Image.BitDepth = .eight, metadata: ImageMetadata = ImageMetadata()
  ) {
    self.width = width
    self.height = height
    self.channels = channels
    self.bitDepth = bitDepth
    self.metadata = metadata
  }

  /// Why there can be no such image, if so.
  var obstacle: String? {
    if width < 1 || height < 1 { return "an image cannot be \(width)x\(height)" }
    if !(1...4).contains(channels) { return "an image cannot have \(channels) channels" }
    return nil
  }
}

extension Image {
  public var header: ImageHeader {
    ImageHeader(width: width, height: height, channels: channels, bitDepth: bitDepth, metadata: metadata)
  }
}
