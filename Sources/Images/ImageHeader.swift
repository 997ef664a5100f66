/// What an image is besides its pixels.
public struct ImageHeader: Sendable, Equatable {
  public var width: Int
  public var height: Int
  /// As `Image.channels`.
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
}

extension Image {
  public var header: ImageHeader {
    ImageHeader(width: width, height: height, channels: channels, bitDepth: bitDepth, metadata: metadata)
  }
}

extension ImageFileFormat {
  /// What a file of this format makes of an image: JPEG has neither 16 bits nor alpha.
  package func header(for image: ImageHeader) -> ImageHeader {
    guard self != .png else { return image }
    var header = image
    header.channels = image.channels < 3 ? 1 : 3
    header.bitDepth = .eight
    return header
  }
}
