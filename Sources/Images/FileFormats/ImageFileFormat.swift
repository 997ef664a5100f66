import CImageCodecs

/// How an image is written.
public enum ImageFileFormat: Sendable, Equatable {
  /// Lossless, with the image's own bit depth and its alpha.
  case png
  /// `quality` is clamped to 1...100. From 90 upwards chroma keeps full resolution (4:4:4), below that it is halved in
  /// both directions (4:2:0). JPEG has no alpha: the image is composited on white.
  case jpeg(quality: Int = 95)
  /// `quality` is clamped to 1...100, and 100 is lossless; below that chroma has half the resolution. Samples have 8
  /// bits, gray is written as RGB, and alpha is kept.
  case webP(quality: Int = 95)
  /// Lossless, with the image's own bit depth and its alpha; compressed by Deflate with differences of neighbours.
  case tiff

  /// The format of a file's extension in upper or lower case; nil for kinds that are not written.
  public init?(pathExtension: String, quality: Int = 95) {
    switch ImageFileKind(pathExtension: pathExtension) {
    case .png: self = .png
    case .jpeg: self = .jpeg(quality: quality)
    case .webP: self = .webP(quality: quality)
    case .tiff: self = .tiff
    default: return nil
    }
  }

  /// What a format's files have room for.
  struct Room {
    let name: String
    let alpha: Bool
    let sixteenBits: Bool
    /// In pixels.
    let largestSide: Int
    /// Of samples.
    var largestSize = Int.max
  }

  var room: Room {
    switch self {
    case .png: Room(name: "PNG", alpha: true, sixteenBits: true, largestSide: Int(Int32.max))
    case .jpeg: Room(name: "JPEG", alpha: false, sixteenBits: false, largestSide: Int(guise_jpeg_largest_side))
    case .webP: Room(name: "WebP", alpha: true, sixteenBits: false, largestSide: Int(guise_webp_largest_side))
    case .tiff:
      // Offsets have 32 bits; an eighth is left for metadata and for what does not compress.
      Room(
        name: "TIFF", alpha: true, sixteenBits: true, largestSide: Int(Int32.max), largestSize: 7 << 29)
    }
  }

  /// Throws `ImageError.cannotEncode` for an image that is too large for this format.
  package func checkSize(of file: ImageHeader, path: String) throws {
    if let obstacle = file.obstacle { throw ImageError.cannotEncode(path: path, reason: obstacle) }
    let remedy = self == .png ? "make it smaller" : "make it smaller, or choose PNG"
    let size = "it would measure \(file.width)x\(file.height) pixels, and \(room.name) has room for"
    guard max(file.width, file.height) <= room.largestSide else {
      throw ImageError.cannotEncode(path: path, reason: "\(size) \(room.largestSide) a side: \(remedy)")
    }
    guard file.height <= room.largestSize / (file.width * file.channels * file.bitDepth.rawValue / 8) else {
      throw ImageError.cannotEncode(path: path, reason: "\(size) \(room.largestSize >> 20) MiB of samples: \(remedy)")
    }
  }

  /// The header of a file of this format for an image: what there is no room for is left out, and the metadata are
  /// adapted to the file.
  package func header(for image: ImageHeader) -> ImageHeader {
    var header = image
    let colorChannels = image.channels < 3 ? 1 : 3
    if !room.alpha { header.channels = colorChannels }
    if !room.sixteenBits { header.bitDepth = .eight }
    header.metadata = image.metadata.fitting(width: image.width, height: image.height, colorChannels: colorChannels)
    guard colorChannels == 1, let profile = header.metadata.iccProfile else { return header }
    switch self {
    case .png: break  // such a file can declare sRGB without a profile, for gray too
    case .jpeg, .tiff: if profile == ColorProfile.sRGB { header.metadata.iccProfile = nil }
    case .webP: header.metadata.iccProfile = ColorProfile.sRGB  // its gray is written as RGB
    }
    return header
  }

  /// The metadata that a file of this format cannot hold.
  package func notices(for file: ImageHeader) -> [ImageNotice] {
    switch self {
    case .png, .tiff: []
    case .jpeg: JPEGSegments.segments(for: file.metadata).notices
    case .webP: WebPChunks.chunks(for: file.metadata).notices
    }
  }
}
