/// How an image is written.
public enum ImageFileFormat: Sendable, Equatable {
  /// Lossless, with the image's own bit depth and its alpha.
  case png
  /// `quality` is clamped to 1...100. From 90 upwards chroma keeps full resolution (4:4:4), below that it is halved in
  /// both directions (4:2:0). JPEG has no alpha: the image is composited on white.
  case jpeg(quality: Int = 95)

  /// The format of a file's extension: png, jpg or jpeg in upper or lower case; nil for others.
  public init?(pathExtension: String, quality: Int = 95) {
    switch pathExtension.lowercased() {
    case "png": self = .png
    case "jpg", "jpeg": self = .jpeg(quality: quality)
    default: return nil
    }
  }
}
